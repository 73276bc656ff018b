//! Markdown with equations in LaTeX, as HTML with `MathML`: readable without a network.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use pulldown_cmark::{Event, Options, Parser, html};

/// An equation that is not LaTeX.
#[derive(Debug, PartialEq, Eq)]
pub struct MathError {
    /// As written.
    pub latex: String,
    /// What is wrong with it.
    pub reason: String,
}

impl std::fmt::Display for MathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the equation `{}`: {}", self.latex, self.reason)
    }
}

impl std::error::Error for MathError {}

/// HTML of `text`, which may have tables, `$inline$` and `$$displayed$$` equations. HTML in the
/// text is not passed on.
///
/// # Errors
/// The first equation that is not LaTeX.
pub fn html_from_markdown(text: &str) -> Result<String, MathError> {
    let converter = converter()?;
    let math = |latex: &str, display| {
        let mathml = converter.convert_with_local_state(latex, display);
        let mathml = mathml.map_err(|error| MathError {
            latex: latex.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Event::InlineHtml(mathml.mathml.into()))
    };
    let options = Options::ENABLE_MATH | Options::ENABLE_TABLES;
    let events: Result<Vec<Event<'_>>, MathError> = Parser::new_ext(text, options)
        .map(|event| match event {
            Event::InlineMath(latex) => math(&latex, MathDisplay::Inline),
            Event::DisplayMath(latex) => math(&latex, MathDisplay::Block),
            Event::Html(raw) | Event::InlineHtml(raw) => Ok(Event::Text(raw)),
            other => Ok(other),
        })
        .collect();
    let mut page = String::new();
    html::push_html(&mut page, events?.into_iter());
    Ok(page)
}

fn converter() -> Result<LatexToMathML, MathError> {
    LatexToMathML::new(MathCoreConfig::default()).map_err(|error| MathError {
        latex: String::new(),
        reason: error.1.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_become_mathml_in_the_line_or_on_their_own() {
        let page = html_from_markdown("Share $p_q$.\n\n$$\\frac{1}{2} < 1$$\n").unwrap();
        assert!(
            page.contains("<p>Share <math><msub><mi>p</mi><mi>q</mi></msub></math>.</p>"),
            "{page}"
        );
        assert!(
            page.contains("display=\"block\"") && page.contains("<mfrac>"),
            "{page}"
        );
        assert!(page.contains("&lt;"), "{page}");
        assert!(roxmltree::Document::parse(&format!("<div>{page}</div>")).is_ok());
    }

    #[test]
    fn an_equation_that_is_none_is_named() {
        let error = html_from_markdown("so $\\frac{1}$ it is").unwrap_err();
        assert_eq!(error.latex, "\\frac{1}");
        assert!(error.to_string().starts_with("the equation `\\frac{1}`: "));
    }

    #[test]
    fn html_in_the_text_stays_text() {
        let page = html_from_markdown("a <script>alert(1)</script> b").unwrap();
        assert!(!page.contains("<script"), "{page}");
    }
}

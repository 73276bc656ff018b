//! Figures as a page shows them: curves as SVG in the page, what is heavy as a picture of its own,
//! animations with a still.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat};
use retrace_lab::{Drawn, Error, INLINE_SVG, Result, StoredRun};

/// Largest width of other pictures, in pixels: about that of the page.
const WIDE: u32 = 1000;
/// Width of the pictures of the front page.
const SMALL: u32 = 480;

const PNG: &str = "png";
const JPEG: &str = "jpg";

/// A figure of a page.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) name: String,
    /// The module that drew it.
    pub(crate) question: String,
    pub(crate) title: String,
    pub(crate) caption: String,
    /// What it shows, in words and numbers.
    pub(crate) alt: String,
    pub(crate) body: Body,
    /// Names and addresses of its files.
    pub(crate) links: Vec<(&'static str, String)>,
}

impl Picture {
    /// The address of a file that shows it without moving: published runs have no PNG of most.
    pub(crate) fn still(&self) -> Option<&str> {
        let mut links = self.links.iter();
        let still = links.find(|(kind, _)| ["png", "svg"].contains(kind));
        still.map(|(_, address)| address.as_str())
    }
}

/// How a figure is shown.
#[derive(Debug)]
pub(crate) enum Body {
    /// SVG in the page.
    Inline(String),
    /// A file of pixels.
    Pixels(Pixels),
    /// An animation, and its last frame for those who don't want it to move.
    Film { gif: String, still: Pixels },
}

/// A picture file and its size.
#[derive(Debug)]
pub(crate) struct Pixels {
    /// Address, seen from the page.
    pub(crate) address: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Where a page's pictures come from and go to.
pub(crate) struct Pictures<'a> {
    /// The run.
    pub(crate) run: &'a StoredRun,
    /// From the page to the run's folder, with a final slash.
    pub(crate) to_run: String,
    /// Folder for pictures of the page's own.
    pub(crate) folder: &'a Path,
    /// From the page to that folder, with a final slash.
    pub(crate) to_folder: String,
}

impl Pictures<'_> {
    /// Prepares one figure; the files that it writes are added to `written`.
    ///
    /// # Errors
    /// A file of the run that cannot be read, or one of the page that cannot be written.
    pub(crate) fn picture(&self, drawn: &Drawn, written: &mut Vec<PathBuf>) -> Result<Picture> {
        let links = ["png", "svg", "gif", "json", "csv"];
        let links = links.into_iter().filter_map(|kind| {
            let file = drawn.file(kind)?;
            Some((kind, format!("{}{}", self.to_run, address(file))))
        });
        Ok(Picture {
            name: drawn.name.clone(),
            question: drawn.question.clone(),
            title: drawn.title.clone(),
            caption: drawn.caption.clone(),
            alt: drawn.alt.clone(),
            links: links.collect(),
            body: self.body(drawn, written)?,
        })
    }

    fn body(&self, drawn: &Drawn, written: &mut Vec<PathBuf>) -> Result<Body> {
        if let Some(gif) = drawn.file("gif") {
            return Ok(Body::Film {
                gif: format!("{}{}", self.to_run, address(gif)),
                still: self.pixels(drawn, written)?,
            });
        }
        let Some(file) = drawn.file("svg") else {
            return Ok(Body::Pixels(self.pixels(drawn, written)?));
        };
        let path = self.run.dir.root().join(file);
        let svg = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        if svg.len() as u64 > INLINE_SVG {
            return Ok(Body::Pixels(self.pixels(drawn, written)?));
        }
        Ok(Body::Inline(svg))
    }

    fn pixels(&self, drawn: &Drawn, written: &mut Vec<PathBuf>) -> Result<Pixels> {
        let file = drawn.file("png").ok_or_else(|| Error::Damaged {
            path: self.run.dir.drawn(),
            reason: format!("the figure {} has no PNG", drawn.name),
        })?;
        let source = self.run.dir.root().join(file);
        let (path, size) = shrunk(&source, &self.folder.join(&drawn.name), WIDE)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let address = format!("{}{name}", self.to_folder);
        written.push(path);
        Ok(Pixels {
            address,
            width: size.0,
            height: size.1,
        })
    }
}

/// The picture of an experiment for its card, written as `stem` with an extension.
///
/// # Errors
/// When the figure's PNG cannot be read, or the picture cannot be written.
pub(crate) fn thumbnail(run: &StoredRun, cover: &str, stem: &Path) -> Result<Option<PathBuf>> {
    let named = run.figures.iter().find(|figure| figure.name == cover);
    let Some(file) = named.or(run.figures.first()).and_then(|f| f.file("png")) else {
        return Ok(None);
    };
    let (path, _) = shrunk(&run.dir.root().join(file), stem, SMALL)?;
    Ok(Some(path))
}

/// Writes a PNG at most `width` wide as `stem` with an extension; the file and its size. One that is
/// not older than its source is left as it is: most pages are written again with the same pictures.
fn shrunk(source: &Path, stem: &Path, width: u32) -> Result<(PathBuf, (u32, u32))> {
    let modified = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    for extension in [PNG, JPEG] {
        let path = with_extension(stem, extension);
        if modified(&path).is_some_and(|made| modified(source).is_some_and(|drawn| drawn <= made))
            && let Ok(size) = image::image_dimensions(&path)
        {
            return Ok((path, size));
        }
    }
    let (bytes, extension, size) = smaller(&read(source)?, width)?;
    let path = with_extension(stem, extension);
    if let Some(folder) = path.parent() {
        retrace_lab::create_folder(folder)?;
    }
    retrace_lab::write_atomically(&path, &bytes)?;
    Ok((path, size))
}

/// The stem may hold dots itself.
fn with_extension(stem: &Path, extension: &str) -> PathBuf {
    let mut name = stem.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

fn read(path: &Path) -> Result<DynamicImage> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    image::load_from_memory_with_format(&bytes, ImageFormat::Png).map_err(|error| Error::Damaged {
        path: path.to_path_buf(),
        reason: error.to_string(),
    })
}

/// A picture at most `width` wide, as PNG, or as JPEG where that takes less than half (photographs).
fn smaller(picture: &DynamicImage, width: u32) -> Result<(Vec<u8>, &'static str, (u32, u32))> {
    let shrunk = if picture.width() > width {
        picture.resize(width, u32::MAX, FilterType::Triangle)
    } else {
        picture.clone()
    };
    let shrunk = DynamicImage::ImageRgb8(shrunk.to_rgb8());
    let size = (shrunk.width(), shrunk.height());
    let encoded = |format| {
        let mut bytes = Cursor::new(Vec::new());
        let written = shrunk.write_to(&mut bytes, format);
        written.map_err(|error| Error::Other(Box::new(error)))?;
        Ok::<_, Error>(bytes.into_inner())
    };
    let (png, jpeg) = (encoded(ImageFormat::Png)?, encoded(ImageFormat::Jpeg)?);
    Ok(if jpeg.len() * 2 < png.len() {
        (jpeg, JPEG, size)
    } else {
        (png, PNG, size)
    })
}

/// A path as an address: forward slashes; what an address does not know stands as a number.
pub(crate) fn address(path: &Path) -> String {
    let parts: Vec<String> = path
        .iter()
        .map(|part| encoded(&part.to_string_lossy()))
        .collect();
    parts.join("/")
}

fn encoded(part: &str) -> String {
    let mut address = String::new();
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'+' => {
                address.push(char::from(byte));
            }
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_no_characters_of_their_own_meaning() {
        assert_eq!(
            address(Path::new("quick+3f9a1c/a b#1.png")),
            "quick+3f9a1c/a%20b%231.png"
        );
    }

    #[test]
    fn photographs_shrink_to_jpeg_and_drawings_to_png() {
        let noise = |x: u32, y: u32| {
            let v = x
                .wrapping_mul(2_654_435_761)
                .wrapping_add(y.wrapping_mul(40_503))
                >> 7;
            image::Rgb([v as u8, (v >> 8) as u8, (x * y) as u8])
        };
        let photograph = image::RgbImage::from_fn(900, 300, noise);
        let (bytes, extension, size) = smaller(&photograph.into(), 600).unwrap();
        assert_eq!((extension, size), ("jpg", (600, 200)));
        assert!(image::load_from_memory(&bytes).is_ok());
        let drawing = image::RgbImage::from_pixel(90, 30, image::Rgb([255, 255, 255]));
        let (_, extension, size) = smaller(&drawing.into(), 600).unwrap();
        assert_eq!((extension, size), ("png", (90, 30)));
    }
}

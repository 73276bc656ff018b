//! What holds for every figure: same bytes, stated sizes, numbers that survive, text in place.

use image::GenericImageView;
use retrace_figure::{
    Animation, Band, BarSeries, Bars, Chart, Colour, ColourMap, Column, Figure, FigureError,
    HeatMap, Images, Kind, Line, Picture, Rule, Table, stamp, stamped,
};

#[test]
fn the_same_figure_gives_the_same_bytes() {
    let figure = crate::figure();
    assert_eq!(figure.render().unwrap(), figure.clone().render().unwrap());
}

#[test]
fn the_png_has_two_pixels_for_each_of_the_svg() {
    let rendered = crate::figure().render().unwrap();
    let tree =
        resvg::usvg::Tree::from_str(&rendered.svg, &resvg::usvg::Options::default()).unwrap();
    let png = image::load_from_memory(&rendered.png).unwrap();
    let (width, height) = png.dimensions();
    assert_eq!(
        (width as f32, height as f32),
        (tree.size().width() * 2.0, tree.size().height() * 2.0)
    );
}

#[test]
fn titles_and_labels_stand_in_the_svg_as_escaped_text() {
    let chart =
        Chart::new("a & b", "x <m>", "\"y\"").with(Line::new("l < 1", [0.0, 1.0], [0.0, 1.0]));
    let svg = Figure::new("f", "t > 0\u{1}").panel(chart).svg().unwrap();
    for text in [
        ">a &amp; b</text>",
        ">x &lt;m&gt;</text>",
        ">l &lt; 1</text>",
        ">t &gt; 0 </text>",
    ] {
        assert!(svg.contains(text), "{text} is missing");
    }
    resvg::usvg::roxmltree::Document::parse(&svg).unwrap();
}

#[test]
fn a_figure_read_back_from_its_json_is_the_figure() {
    let figure = crate::figure();
    let json = figure.json().unwrap();
    let back = Figure::from_json(&json).unwrap();
    // NaN equals nothing, so whole figures are compared as text and by their pictures.
    assert!(json.contains("\"nan\""));
    assert_eq!(back.json().unwrap(), json);
    assert_eq!(back.svg().unwrap(), figure.svg().unwrap());
    let finite = Figure::new("f", "t").panel(crate::bars());
    assert_eq!(Figure::from_json(&finite.json().unwrap()).unwrap(), finite);
}

#[test]
fn numbers_in_the_json_are_exact() {
    let x = [0.1 + 0.2, 1.0 / 3.0, f64::MIN_POSITIVE, 1e300];
    let figure = Figure::new("f", "t").panel(Chart::new("", "x", "y").with(Line::new("", x, x)));
    assert_eq!(Figure::from_json(&figure.json().unwrap()).unwrap(), figure);
}

#[test]
fn a_band_is_drawn_only_where_low_is_below_high() {
    let svg = |low: [f64; 3], high: [f64; 3]| {
        let band = Band::new("", [0.0, 1.0, 2.0], low, high).colour(Colour::hex(0x12_34_56));
        Figure::new("f", "t")
            .panel(Chart::new("", "x", "y").with(band))
            .svg()
            .unwrap()
    };
    assert!(svg([0.0; 3], [1.0; 3]).contains("#123456"));
    assert!(!svg([1.0; 3], [0.0; 3]).contains("#123456"));
}

#[test]
fn the_middle_of_a_cell_has_the_colour_of_its_number() {
    let map = ColourMap::Viridis;
    let heat_map = HeatMap::new("", vec![vec![0.0, 1.0]])
        .range(0.0, 1.0)
        .without_bar();
    let png = Figure::new("f", "").panel(heat_map).render().unwrap().png;
    let png = image::load_from_memory(&png).unwrap().to_rgb8();
    let [first, second] = [map.at(0.0), map.at(1.0)].map(|c| image::Rgb([c.r, c.g, c.b]));
    let count = |colour| png.pixels().filter(|pixel| **pixel == colour).count();
    assert!(count(first) > 1000 && count(first).abs_diff(count(second)) < count(first) / 10);
    let column = |colour| {
        png.enumerate_pixels()
            .find(|(_, _, pixel)| **pixel == colour)
            .unwrap()
            .0
    };
    assert!(column(first) < column(second));
}

#[test]
fn a_picture_is_enlarged_to_whole_blocks_of_its_colours() {
    let data = vec![250, 10, 20, 30, 240, 10];
    let images = Images::new("", 1)
        .with(Picture::rgb("", 2, 1, data))
        .scale(40);
    let png = Figure::new("f", "").panel(images).render().unwrap().png;
    let png = image::load_from_memory(&png).unwrap().to_rgb8();
    for colour in [[250, 10, 20], [30, 240, 10]] {
        // 40 pixels along each side, two for each in the PNG, less the thin frame around the picture.
        let count = png.pixels().filter(|pixel| pixel.0 == colour).count();
        assert!(
            (74 * 74..=80 * 80).contains(&count),
            "{count} pixels of {colour:?}"
        );
    }
}

fn frame(share: f64) -> Figure {
    let map = HeatMap::new("", vec![vec![share, 1.0 - share]])
        .range(0.0, 1.0)
        .digits(1);
    Figure::new("frame", "").panel(map)
}

#[test]
fn a_gif_has_all_frames_and_repeats_to_the_byte() {
    let moving = (0..5).fold(Animation::new("a", "Weights"), |moving, i| {
        moving.frame(frame(f64::from(i / 2) / 2.0))
    });
    let rendered = moving.render().unwrap();
    let mut decoder = gif::DecodeOptions::new()
        .read_info(rendered.gif.as_slice())
        .unwrap();
    assert!(decoder.global_palette().is_some());
    let mut delays = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        assert!(
            frame.palette.is_none(),
            "a frame has its own colours and may flicker"
        );
        delays.push(frame.delay);
    }
    assert_eq!(delays, [10, 10, 10, 10, 200]);
    assert_eq!(moving.render().unwrap().gif, rendered.gif);
    assert_eq!(Animation::from_json(&rendered.json).unwrap(), moving);
}

#[test]
fn the_last_frame_of_a_gif_is_the_still_picture() {
    let moving = Animation::new("a", "Weights")
        .frame(frame(0.0))
        .frame(frame(1.0));
    let rendered = moving.render().unwrap();
    let decoder = image::codecs::gif::GifDecoder::new(std::io::Cursor::new(&rendered.gif)).unwrap();
    let frames = image::AnimationDecoder::into_frames(decoder)
        .collect_frames()
        .unwrap();
    let last = frames.last().unwrap().buffer();
    let still = image::load_from_memory(&rendered.png).unwrap();
    let still = still.resize_exact(
        last.width(),
        last.height(),
        image::imageops::FilterType::Triangle,
    );
    let differing = last
        .pixels()
        .zip(still.to_rgba8().pixels())
        .filter(|(a, b)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > 90))
        .count();
    // Edges of letters differ between one and two pixels for each; areas do not.
    assert!(
        differing < last.pixels().count() / 100,
        "{differing} pixels differ"
    );
}

#[test]
fn a_stamped_picture_looks_the_same_and_gives_the_text_back() {
    let rendered = crate::figure().render().unwrap();
    let moving = Animation::new("a", "Weights").frame(frame(0.5));
    // Longer than a block of a GIF, with what SVG has to escape.
    let text = r#"{"seeds": 3, "which": "<a> & 'b' & &lt;"}"#.repeat(20);
    for picture in [rendered.png, moving.render().unwrap().gif] {
        let stamped_one = stamp(picture.clone(), &text);
        assert_eq!(stamped(&stamped_one), Some(text.clone()));
        let look = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgba8();
        assert_eq!(look(&picture), look(&stamped_one));
        assert_eq!(stamped(&picture), None);
        for length in 0..stamped_one.len().min(2000) {
            stamped(&stamped_one[..length]);
        }
    }
    let svg = stamp(rendered.svg.clone().into_bytes(), &text);
    assert_eq!(stamped(&svg), Some(text.clone()));
    let svg = String::from_utf8(svg).unwrap();
    resvg::usvg::Tree::from_str(&svg, &resvg::usvg::Options::default()).unwrap();
    let (before, rest) = svg.split_once("<metadata>").unwrap();
    let (_, after) = rest.split_once("</metadata>").unwrap();
    assert_eq!(before.to_owned() + after, rendered.svg);
    let other = b"a,b\n1,2\n".to_vec();
    assert_eq!(stamp(other.clone(), &text), other);
}

#[test]
fn frames_of_different_sizes_are_refused() {
    let other = Figure::new("frame", "").panel_sized(crate::chart(), 300, 200);
    let error = Animation::new("a", "t")
        .frame(frame(0.0))
        .frame(other)
        .render()
        .unwrap_err();
    assert!(
        matches!(error, FigureError::FrameSize { frame: 1, .. }),
        "{error}"
    );
    assert!(matches!(
        Animation::new("a", "t").render(),
        Err(FigureError::NoFrames(_))
    ));
}

#[test]
fn each_number_has_a_row_of_csv_and_a_gap_is_empty() {
    let chart = Chart::new("left, first", "step", "loss")
        .with(Line::new("relu", [0.0, 1.0], [0.5, f64::NAN]))
        .with(Band::new("relu", [0.0], [0.25], [0.75]));
    let series = BarSeries::new("s", [2.0]).intervals([(1.5, 2.5)]);
    let figure = Figure::new("loss", "")
        .panel(chart)
        .panel(Bars::new("", ["a"], "error").series(series))
        .panel(HeatMap::new("", [vec![7.0, 8.0]]));
    assert_eq!(
        figure.csv().unwrap(),
        "panel,title,kind,series,x,y,value,low,high\n\
         1,\"left, first\",line,relu,0,0.5,,,\n\
         1,\"left, first\",line,relu,1,,,,\n\
         1,\"left, first\",band,relu,0,,,0.25,0.75\n\
         2,,bar,s,a,,2,1.5,2.5\n\
         3,,cell,,0,0,7,,\n\
         3,,cell,,1,0,8,,\n"
    );
    let pictures = Figure::new("p", "").panel(Images::new("", 1));
    assert_eq!(pictures.csv(), None);
}

#[test]
fn the_alternative_text_tells_the_numbers() {
    let chart = Chart::new("", "step", "loss").with(Line::new("relu", [0.0, 1.0], [2.3, 0.1]));
    let text = Figure::new("f", "Loss of relu").panel(chart).alt_text();
    assert_eq!(
        text,
        "Loss of relu. Chart of loss against step: relu falls from 2.3 to 0.1."
    );
}

/// Where each text of an SVG stands: its x, and whether it ends there.
fn places(svg: &str) -> Vec<(String, f64, bool)> {
    let document = resvg::usvg::roxmltree::Document::parse(svg).unwrap();
    let texts = document.descendants().filter(|n| n.has_tag_name("text"));
    let place = |node: resvg::usvg::roxmltree::Node<'_, '_>| {
        let x = node.attribute("x").unwrap().parse().unwrap();
        let ends = node.attribute("text-anchor") == Some("end");
        (node.text().unwrap_or("").to_owned(), x, ends)
    };
    texts.map(place).collect()
}

#[test]
fn every_cell_of_a_table_stands_in_its_column() {
    let svg = Figure::new("f", "").panel(crate::table()).svg().unwrap();
    let places = places(&svg);
    let of = |cell: &str| {
        let found = places.iter().find(|(text, ..)| text == cell);
        found.map(|(_, x, ends)| (*x, *ends)).unwrap()
    };
    assert!(
        places
            .iter()
            .any(|(text, ..)| text == "a network & its parts")
    );
    assert_eq!(of("layer"), of("first <one>"));
    assert_eq!(of("layer"), of("all"));
    assert!(!of("all").1 && of("1,179,776").1);
    assert_eq!(of("weights"), of("1,179,776"));
    assert_eq!(of("weights"), of("1,179,780"));
    assert!(of("all").0 < of("1,179,780").0);
}

#[test]
fn a_table_without_room_shrinks() {
    let long = "a heading much wider than a hundred pixels of a page can be";
    let table = Table::new("", [Column::words(long), Column::numbers(long)]).row(["", "1"]);
    let end = |figure: Figure| {
        let places = places(&figure.svg().unwrap());
        places.into_iter().find(|(text, ..)| text == "1").unwrap().1
    };
    let natural = end(Figure::new("f", "").panel(table.clone()));
    let squeezed = end(Figure::new("f", "").panel_sized(table, 100, 100));
    assert!(squeezed < natural / 2.0, "{squeezed} of {natural}");
}

/// What is drawn of a run that is not finished: no panel without a number, no word for one.
#[test]
fn what_has_no_number_is_neither_a_panel_nor_a_word() {
    let chart = |y: f64| {
        Chart::new("", "x", "y")
            .with(Line::new("curve", [0.0, 1.0], [y, y]))
            .with(Rule::at_y("bound", 1.0))
            .into()
    };
    let bars = |values: [f64; 2]| {
        let bars = Bars::new("", ["there", "missing"], "y");
        bars.series(BarSeries::new("", values)).into()
    };
    let images = |pictures: Vec<Picture>| {
        let all = pictures.into_iter();
        all.fold(Images::new("", 1), Images::with).into()
    };
    let picture = Picture::grey("", 1, 1, vec![0]);
    let cases: [(Kind, usize); 6] = [
        (chart(1.0), 1),
        (chart(f64::NAN), 0),
        (bars([1.0, f64::NAN]), 1),
        (bars([f64::NAN; 2]), 0),
        (images(vec![picture]), 1),
        (images(Vec::new()), 0),
    ];
    for (panel, left) in cases {
        let figure = Figure::new("test", "test").panel(panel.clone());
        assert_eq!(
            figure.without_empty_panels().panels.len(),
            left,
            "{panel:?}"
        );
    }
    let figure = Figure::new("test", "test").panel(bars([1.0, f64::NAN]));
    let words = figure.alt_text();
    assert!(
        words.contains("there 1") && !words.contains("missing"),
        "{words}"
    );
}

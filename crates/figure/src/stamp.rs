//! A text inside of a picture that no viewer shows, such as what the picture was made from: in
//! `<metadata>` of an SVG, in a `tEXt` chunk of a PNG, in a comment of a GIF.

/// What every PNG begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Length, kind, 13 bytes and checksum of a PNG's first chunk.
const IHDR: usize = 4 + 4 + 13 + 4;
/// The keyword of the text in a PNG.
const KEYWORD: &[u8] = b"Source\0";
/// What encloses it in an SVG.
const METADATA: (&str, &str) = ("<metadata>", "</metadata>");

/// The same picture with `text` in it, which is ASCII; the bytes as they are where it is no SVG, PNG
/// or GIF.
#[must_use]
pub fn stamp(picture: Vec<u8>, text: &str) -> Vec<u8> {
    let inserted = if picture.starts_with(PNG) {
        let content = [KEYWORD, text.as_bytes()].concat();
        Some((PNG.len() + IHDR, chunk(b"tEXt", &content)))
    } else if picture.starts_with(b"GIF89a") {
        after_gif_colours(&picture).map(|at| (at, comment(text.as_bytes())))
    } else {
        after_svg_tag(&picture).map(|at| {
            let (open, close) = METADATA;
            (at, format!("{open}{}{close}", escaped(text)).into_bytes())
        })
    };
    match inserted {
        Some((at, bytes)) if at <= picture.len() => {
            [&picture[..at], bytes.as_slice(), &picture[at..]].concat()
        }
        _ => picture,
    }
}

/// The text that [`stamp`] put into a picture, if there is one.
pub fn stamped(picture: &[u8]) -> Option<String> {
    let text = if picture.starts_with(PNG) {
        chunk_text(picture.get(PNG.len() + IHDR..)?)?.to_vec()
    } else if picture.starts_with(b"GIF89a") {
        comment_text(picture.get(after_gif_colours(picture)?..)?)?
    } else {
        let rest = picture.get(after_svg_tag(picture)?..)?;
        let rest = str::from_utf8(rest).ok()?;
        let (text, _) = rest.strip_prefix(METADATA.0)?.split_once(METADATA.1)?;
        unescaped(text).into_bytes()
    };
    String::from_utf8(text).ok()
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or_default();
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(kind);
    checksum.update(content);
    let checksum = checksum.finalize().to_be_bytes();
    [&length.to_be_bytes(), kind.as_slice(), content, &checksum].concat()
}

fn chunk_text(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    rest.strip_prefix(b"tEXt")?
        .get(..length)?
        .strip_prefix(KEYWORD)
}

/// Where the blocks of a GIF begin: after its screen and the colours that all frames have.
fn after_gif_colours(picture: &[u8]) -> Option<usize> {
    const SCREEN: usize = 13;
    let flags = picture.get(10)?;
    let colours = match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    };
    Some(SCREEN + colours)
}

fn comment(text: &[u8]) -> Vec<u8> {
    let mut block = vec![0x21, 0xfe];
    for part in text.chunks(255) {
        block.extend(u8::try_from(part.len()));
        block.extend(part);
    }
    block.push(0);
    block
}

fn comment_text(blocks: &[u8]) -> Option<Vec<u8>> {
    let mut rest = blocks.strip_prefix(&[0x21, 0xfe])?;
    let mut text = Vec::new();
    loop {
        let (&length, after) = rest.split_first()?;
        if length == 0 {
            return Some(text);
        }
        let (part, after) = after.split_at_checked(usize::from(length))?;
        text.extend(part);
        rest = after;
    }
}

/// Where the first tag of an SVG ends.
fn after_svg_tag(picture: &[u8]) -> Option<usize> {
    let begin = picture.windows(4).position(|four| four == b"<svg")?;
    let length = picture[begin..].iter().position(|&byte| byte == b'>')?;
    Some(begin + length + 1)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

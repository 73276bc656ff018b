//! Archives as no program writes them.

use std::fs::File;
use std::io::{Cursor, Seek, SeekFrom, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{EntryType, Header};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar of plain files.
pub fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = Tar::new();
    for (name, content) in files {
        tar.entry(name, EntryType::Regular, content);
    }
    tar.finish()
}

/// Writes entries that [`tar::Builder`] refuses to write.
pub struct Tar(tar::Builder<Vec<u8>>);

impl Tar {
    pub fn new() -> Self {
        Self(tar::Builder::new(Vec::new()))
    }

    pub fn entry(&mut self, name: &str, kind: EntryType, content: &[u8]) {
        self.entry_of(name, kind, content, content.len() as u64);
    }

    /// An entry that claims to have that many bytes.
    pub fn entry_of(&mut self, name: &str, kind: EntryType, content: &[u8], bytes: u64) {
        let mut header = Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_size(bytes);
        header.set_mode(0o644);
        header.set_cksum();
        self.0.append(&header, content).unwrap();
    }

    pub fn finish(self) -> Vec<u8> {
        self.0.into_inner().unwrap()
    }
}

/// A zip of plain files.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, deflated()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn zip_with_link(name: &str, target: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink(name, target, deflated()).unwrap();
    zip.finish().unwrap().into_inner()
}

fn deflated() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

/// Puts other bytes in place of each occurrence of `old`.
pub fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    assert_eq!(old.len(), new.len());
    for at in 0..=bytes.len() - old.len() {
        if bytes[at..].starts_with(old) {
            bytes[at..at + old.len()].copy_from_slice(new);
        }
    }
}

/// Gives the first entry in the list of a zip that Unix mode.
pub fn set_mode(zip: &mut [u8], mode: u32) {
    let entry = first_in_list(zip);
    entry[38..42].copy_from_slice(&(mode << 16).to_le_bytes());
}

/// Says of the first entry in the list of a zip that it is encrypted.
pub fn set_encrypted(zip: &mut [u8]) {
    first_in_list(zip)[8] |= 1;
}

fn first_in_list(zip: &mut [u8]) -> &mut [u8] {
    let at = zip.windows(4).position(|four| four == b"PK\x01\x02");
    &mut zip[at.unwrap()..]
}

/// A zip of 128 MiB, zeros for the most part, whose list of entries is damaged. A reader that
/// looks for another one finds it before the list or within, and the claim that there are 2.8
/// million entries in it.
pub fn write_zip_with_a_hidden_list(path: &Path, within: bool) {
    const ZEROS: u64 = 128 * 1024 * 1024;
    let damaged = [&b"PK\x01\x02"[..], &[0xff; 42]].concat();
    let hidden_at = if within { ZEROS + 46 } else { ZEROS };
    let hidden = hidden_list(hidden_at, ZEROS / 47); // 46 bytes for each, and one before
    let (list_at, list) = if within {
        (ZEROS, [damaged, hidden.clone()].concat())
    } else {
        (ZEROS + hidden.len() as u64, damaged)
    };
    let mut file = File::create(path).unwrap();
    file.write_all(b"PK\x03\x04").unwrap();
    file.seek(SeekFrom::Start(hidden_at)).unwrap();
    file.write_all(&hidden).unwrap();
    file.seek(SeekFrom::Start(list_at)).unwrap();
    file.write_all(&list).unwrap();
    let end = [1 << 16 | 1, list.len() as u32, list_at as u32];
    file.write_all(b"PK\x05\x06\0\0\0\0").unwrap();
    file.write_all(&end.map(u32::to_le_bytes).concat()).unwrap();
    file.write_all(&[0, 0]).unwrap();
}

/// The end of a zip64 at that place, which claims that many entries (APPNOTE.TXT 4.3.14 to 16).
fn hidden_list(at: u64, entries: u64) -> Vec<u8> {
    let mut end = b"PK\x06\x06".to_vec();
    end.extend(44_u64.to_le_bytes());
    end.extend([0; 12]);
    end.extend(
        [entries, entries, 46 * entries, entries]
            .map(u64::to_le_bytes)
            .concat(),
    );
    end.extend(b"PK\x06\x07\0\0\0\0");
    end.extend(at.to_le_bytes());
    end.extend(1_u32.to_le_bytes());
    end.extend(b"PK\x05\x06\0\0\0\0");
    end.extend([0xff; 12]);
    end.extend([0, 0]);
    end
}

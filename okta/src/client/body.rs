//! The bytes of a body as they arrive: decompressed, within bounds, without a byte order mark.

use std::io::{self, Write as _};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

/// What UTF-8 texts of some programs begin with, and JSON may not.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a body cannot be taken in.
pub(super) enum Refused {
    /// It has more bytes than are allowed.
    TooLarge,
    /// Its compression is broken, or of a kind that was not asked for.
    Garbled(io::Error),
}

/// A body in the making.
pub(super) enum Body {
    Plain(Bounded),
    /// Any number of members one after another, as RFC 1952 allows.
    Gzip(Box<MultiGzDecoder<Bounded>>),
}

/// Bytes that may not become more than so many.
pub(super) struct Bounded {
    bytes: Vec<u8>,
    most: usize,
    exceeded: bool,
}

impl io::Write for Bounded {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        if chunk.len() > self.most - self.bytes.len() {
            self.exceeded = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(chunk);
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Body {
    /// An empty body of at most so many bytes, of the encoding that the headers name in whatever case.
    pub(super) fn new(headers: &HeaderMap, most: usize) -> Result<Self, Refused> {
        let bounded = Bounded { bytes: Vec::new(), most, exceeded: false };
        let lines = headers.get_all(CONTENT_ENCODING).iter();
        let names = lines.flat_map(|line| line.to_str().unwrap_or("?").split(','));
        let names: Vec<_> = names.map(|name| name.trim().to_ascii_lowercase()).collect();
        let encodings: Vec<_> = names
            .iter()
            .map(String::as_str)
            .filter(|name| !matches!(*name, "" | "identity"))
            .collect();
        match encodings.as_slice() {
            [] => Ok(Self::Plain(bounded)),
            ["gzip" | "x-gzip"] => Ok(Self::Gzip(Box::new(MultiGzDecoder::new(bounded)))),
            other => {
                let why = format!("unknown encoding {:?}", other.join(", "));
                Err(Refused::Garbled(io::Error::new(io::ErrorKind::InvalidData, why)))
            }
        }
    }

    /// Takes in a chunk as it came.
    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), Refused> {
        let end = match self {
            Self::Plain(bounded) => bounded.write_all(chunk),
            Self::Gzip(decoder) => decoder.write_all(chunk),
        };
        end.map_err(|error| self.refused(error))
    }

    /// The whole body. One without a byte is none, whatever its encoding.
    pub(super) fn finish(mut self, received: bool) -> Result<Bytes, Refused> {
        if let Self::Gzip(decoder) = &mut self
            && received
            && let Err(error) = decoder.try_finish()
        {
            return Err(self.refused(error));
        }
        Ok(self.into_bytes())
    }

    /// What has come, also of a body that is broken.
    pub(super) fn into_bytes(mut self) -> Bytes {
        let bytes = Bytes::from(std::mem::take(&mut self.bounded_mut().bytes));
        match bytes.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) => bytes.slice_ref(rest),
            None => bytes,
        }
    }

    fn refused(&self, error: io::Error) -> Refused {
        if self.bounded().exceeded { Refused::TooLarge } else { Refused::Garbled(error) }
    }

    fn bounded(&self) -> &Bounded {
        match self {
            Self::Plain(bounded) => bounded,
            Self::Gzip(decoder) => decoder.get_ref(),
        }
    }

    fn bounded_mut(&mut self) -> &mut Bounded {
        match self {
            Self::Plain(bounded) => bounded,
            Self::Gzip(decoder) => decoder.get_mut(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use reqwest::header::HeaderValue;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    /// The text of a body that comes byte by byte.
    fn read(encoding: &'static str, bytes: &[u8], most: usize) -> Result<String, Refused> {
        let encoding = HeaderValue::from_static(encoding);
        let headers = HeaderMap::from_iter([(CONTENT_ENCODING, encoding)]);
        let mut body = Body::new(&headers, most)?;
        bytes.iter().try_for_each(|byte| body.push(std::slice::from_ref(byte)))?;
        let bytes = body.finish(!bytes.is_empty())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn encodings() {
        for name in ["gzip", "GZIP", "x-gzip", "identity, Gzip"] {
            assert!(read(name, &gzip("[1, 2]"), 99).is_ok_and(|text| text == "[1, 2]"), "{name}");
        }
        assert!(read("", b"[]", 99).is_ok_and(|text| text == "[]"));
        assert!(read("gzip", b"", 99).is_ok_and(|text| text.is_empty()));
        assert!(matches!(read("br", b"[]", 99), Err(Refused::Garbled(_))));
        assert!(matches!(read("gzip", b"[]", 99), Err(Refused::Garbled(_))));
    }

    #[test]
    fn several_members_are_one_body() {
        let members = [gzip("[1,"), gzip(""), gzip("2]")].concat();
        assert!(read("gzip", &members, 99).is_ok_and(|text| text == "[1,2]"));
        let cut = members.get(..members.len() - 3).unwrap();
        assert!(matches!(read("gzip", cut, 99), Err(Refused::Garbled(_))));
    }

    #[test]
    fn bounds_hold_after_decompression() {
        let bomb = gzip(&"0".repeat(100_000));
        assert!(matches!(read("gzip", &bomb, 99_999), Err(Refused::TooLarge)));
        assert!(read("gzip", &bomb, 100_000).is_ok());
        assert!(matches!(read("", b"[]", 1), Err(Refused::TooLarge)));
    }

    #[test]
    fn a_byte_order_mark_is_left_out() {
        assert!(read("", b"\xef\xbb\xbf[]", 99).is_ok_and(|text| text == "[]"));
    }
}

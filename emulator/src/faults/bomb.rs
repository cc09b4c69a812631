//! A small gzip body that unpacks to a large one.
//!
//! It is assembled from a compressed megabyte repeated, so that making it costs nothing.

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress};

const BLOCK: usize = 1 << 20;

/// `[`, as many megabytes of spaces, and `]`: valid JSON for whoever swallows it all.
pub(super) fn bomb(megabytes: usize) -> Bytes {
    let spaces = vec![b' '; BLOCK];
    let block = deflated(&spaces, FlushCompress::Full);
    let mut crc_of_block = Crc::new();
    crc_of_block.update(&spaces);

    let mut crc = Crc::new();
    crc.update(b"[");
    // Magic, deflate, no flags, no time, no extra flags, unknown system.
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend(deflated(b"[", FlushCompress::Full));
    for _ in 0..megabytes {
        gzip.extend(&block);
        crc.combine(&crc_of_block);
    }
    gzip.extend(deflated(b"]", FlushCompress::Finish));
    let mut end = Crc::new();
    end.update(b"]");
    crc.combine(&end);
    gzip.extend(crc.sum().to_le_bytes());
    gzip.extend(crc.amount().to_le_bytes());
    Bytes::from(gzip)
}

/// Raw deflate blocks that refer to nothing before them.
fn deflated(bytes: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut compress = Compress::new(Compression::best(), false);
    let mut out = Vec::with_capacity(bytes.len() + 64);
    // With room for it all, one call takes everything; deflating memory has no other errors.
    let _ = compress.compress_vec(bytes, &mut out, flush);
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn it_unpacks() {
        let bomb = bomb(3);
        assert!(bomb.len() < 10_000, "{}", bomb.len());
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(&bomb[..]).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked.len(), 3 * BLOCK + 2);
        assert_eq!(serde_json::from_str::<Vec<u8>>(&unpacked).unwrap(), [0; 0]);
    }
}

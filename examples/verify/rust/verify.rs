//! Verify an HTTP task, `X-Webhook-Signature: t=<time>,sha256=<hex>`, with the crates hmac 0.12 and sha2 0.10.
//!
//! The raw-body trap: `body` is the request's bytes. A `String` cannot hold them all, and what serde_json
//! writes anew is not what was signed: in a web framework take the bytes (axum: `Bytes`, not `Json<T>`),
//! and parse after the proof.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// The digest of the signed bytes, or None: refuse the request with 401. `lines` are the values of all
/// X-Webhook-Signature lines; `secrets` come newest first; the tolerance is 300_000 ms, if in doubt.
///
/// A retry is harmless once both keys are unique, in one transaction with the effect:
///   CREATE TABLE seen (key TEXT PRIMARY KEY)
///   1. insert "signed " + digest: there already? commit, answer 200: a request sent again, under any GUID
///   2. insert "guid " + X-Http-Task-Guid, if it came: there already? the same: a retry, signed anew
///   3. the effect
/// A first attempt may come without a GUID: a key of your own inside the signed body is surer.
pub fn signed(
    body: &[u8],
    lines: &[&[u8]],
    secrets: &[&[u8]],
    now_ms: u64,
    tolerance_ms: u64,
) -> Option<String> {
    let header = match lines {
        [one] => one,
        _ => return None,
    };
    if header.len() > 4096 {
        return None;
    }
    let (mut times, mut macs) = (vec![], vec![]);
    for (number, text) in header.split(|&byte| byte == b',').enumerate() {
        let blanks = text.iter().take_while(|&&byte| byte == b' ').count();
        let element = if number > 0 { &text[blanks..] } else { text };
        let (name, value) = element.split_at(element.iter().position(|&byte| byte == b'=')?);
        let value = &value[1..];
        if name.is_empty() || !name.iter().all(is_token) || !value.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        match name {
            b"t" => times.push(value),
            b"sha256" => macs.push(unhex(value)?),
            _ => {}
        }
    }
    if times.len() != 1 || macs.is_empty() || macs.len() > 5 {
        return None;
    }
    let time = times[0];
    let at = milliseconds(time)?;
    let mut fits = false;
    for secret in secrets {
        let mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
        let mac = mac.chain_update(time).chain_update(b".").chain_update(body);
        for given in &macs {
            fits |= mac.clone().verify_slice(given).is_ok(); // in constant time
        }
    }
    if !fits || now_ms.abs_diff(at) > tolerance_ms {
        return None;
    }
    let digest = Sha256::new().chain_update(b"http-task\n").chain_update(time).chain_update(b".");
    let digest = digest.chain_update(body).finalize();
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn is_token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte)
}

/// 64 lower-case hexadecimal digits.
fn unhex(text: &[u8]) -> Option<[u8; 32]> {
    if text.len() != 64 {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// 0, or 1 to 15 digits without a leading zero; from 100000000000 on milliseconds, below it seconds.
fn milliseconds(text: &[u8]) -> Option<u64> {
    let leads = text.first() == Some(&b'0') && text.len() > 1;
    if leads || text.len() > 15 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    match number {
        0..=99_999_999_999 => Some(number * 1000),
        100_000_000_000..=253_402_300_799_999 => Some(number),
        _ => None,
    }
}

//! Bytes from the terminal, cut into what belongs together: keys, pastes, and the terminal's answers.
//!
//! Owns what a read may have cut in two. Knows nothing of clocks: whoever reads says when no more will come. What a
//! key means is decided in `keys`.

/// What the terminal sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// The bytes of one key or one report of the mouse.
    Piece(Vec<u8>),
    /// A text that was pasted.
    Paste(String),
    /// A paste that was too long, and is dropped whole.
    TooLong,
    /// The answer to `ESC [ 5 n`: everything written before has been taken.
    Answer,
}

/// How long to wait for the rest of what has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pause {
    /// Most likely a key by itself.
    Short,
    /// Most likely the beginning of more.
    Long,
}

/// The most of a paste that is kept.
pub(super) const LONGEST_PASTE: usize = 1 << 20;
/// No sequence of a terminal is longer; what claims to be is noise.
const LONGEST_SEQUENCE: usize = 4096;

const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";
const ANSWER: &[u8] = b"\x1b[0n";

/// Cuts a stream of bytes.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    held: Vec<u8>,
    paste: Option<Paste>,
}

#[derive(Debug, Default)]
struct Paste {
    text: Vec<u8>,
    too_long: bool,
}

impl Tokens {
    /// Takes the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Token> {
        self.held.extend_from_slice(bytes);
        let mut tokens = Vec::new();
        let mut from = 0;
        loop {
            if let Some(paste) = &mut self.paste {
                let (used, ended) = paste.take(&self.held[from..]);
                from += used;
                if !ended {
                    break;
                }
                tokens.extend(self.paste.take().map(Paste::token));
            }
            let Some(length) = cut(&self.held[from..]) else { break };
            let piece = &self.held[from..from + length];
            from += length;
            match piece {
                PASTE_BEGINS => self.paste = Some(Paste::default()),
                // The end of a paste that never began.
                PASTE_ENDS => {}
                ANSWER => tokens.push(Token::Answer),
                piece => tokens.push(Token::Piece(piece.to_vec())),
            }
        }
        self.held.drain(..from);
        tokens
    }

    /// How long to wait before `rest` is called. None where nothing has begun, or only its end can tell.
    pub(super) fn pause(&self) -> Option<Pause> {
        match (&self.paste, &*self.held) {
            (Some(_), _) | (None, []) => None,
            (None, [0x1b]) => Some(Pause::Short),
            (None, _) => Some(Pause::Long),
        }
    }

    /// No more came: what has begun is all there is.
    pub(super) fn rest(&mut self) -> Option<Token> {
        if self.paste.is_some() {
            return None;
        }
        let held = std::mem::take(&mut self.held);
        // Escape, or Alt with the first letter of a sequence. More than that is half a sequence, and means nothing.
        matches!(&*held, [0x1b] | [0x1b, _]).then_some(Token::Piece(held))
    }
}

impl Paste {
    /// Takes what belongs to it; says how much that was, and whether it has ended.
    fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        let end = memchr::memmem::find(bytes, PASTE_ENDS);
        // The end may be cut in two.
        let kept = (1..PASTE_ENDS.len()).rev().find(|n| bytes.ends_with(&PASTE_ENDS[..*n])).unwrap_or(0);
        let text = end.unwrap_or(bytes.len() - kept);
        self.too_long |= self.text.len() + text > LONGEST_PASTE;
        if self.too_long {
            self.text = Vec::new();
        } else {
            self.text.extend_from_slice(&bytes[..text]);
        }
        end.map_or((text, false), |end| (end + PASTE_ENDS.len(), true))
    }

    fn token(self) -> Token {
        if self.too_long {
            return Token::TooLong;
        }
        Token::Paste(String::from_utf8_lossy(&self.text).into_owned())
    }
}

/// The length of the first piece; none where it is not whole yet.
fn cut(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [] | [0x1b] => None,
        [0x1b, b'[', rest @ ..] => Some(2 + control(rest)?),
        [0x1b, b'O', rest @ ..] => rest.first().map(|last| if *last == 0x1b { 2 } else { 3 }),
        [0x1b, b']' | b'P', rest @ ..] => Some(2 + string(rest)?),
        // Escape pressed twice, or before another key.
        [0x1b, 0x1b, ..] => Some(1),
        [0x1b, rest @ ..] => Some(1 + letter(rest)?),
        bytes => letter(bytes),
    }
}

/// The length of a letter.
fn letter(bytes: &[u8]) -> Option<usize> {
    let length = match bytes.first()? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let whole = bytes.iter().take(length).skip(1).take_while(|byte| (0x80..=0xbf).contains(*byte)).count() + 1;
    // Broken off by something else: that much is no letter.
    (whole == length || whole < bytes.len()).then_some(whole)
}

/// The length of a control sequence behind its `ESC [`.
fn control(bytes: &[u8]) -> Option<usize> {
    match bytes {
        // The function keys of a Linux console.
        [b'[', rest @ ..] => return rest.first().map(|_| 2),
        // A report of the mouse by a terminal that does not know the newer form.
        [b'M', rest @ ..] => return (rest.len() >= 3).then_some(4),
        _ => {}
    }
    let last = bytes.iter().position(|byte| !(0x20..=0x3f).contains(byte));
    match last.map(|at| (at, bytes[at])) {
        Some((at, 0x40..=0x7e)) => Some(at + 1),
        // Broken off by something else.
        Some((at, _)) => Some(at),
        None => (bytes.len() > LONGEST_SEQUENCE).then_some(bytes.len()),
    }
}

/// The length of a text that the terminal sends, behind its first two bytes.
fn string(bytes: &[u8]) -> Option<usize> {
    let end = bytes.iter().position(|byte| matches!(byte, 0x07 | 0x1b));
    match end.map(|at| (at, bytes[at], bytes.get(at + 1))) {
        Some((at, 0x07, _)) => Some(at + 1),
        Some((at, _, Some(b'\\'))) => Some(at + 2),
        Some((at, _, Some(_))) => Some(at),
        Some((_, _, None)) => None,
        None => (bytes.len() > LONGEST_SEQUENCE).then_some(bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pieces(bytes: &[u8]) -> Vec<Token> {
        let mut tokens = Tokens::default();
        let mut found = tokens.feed(bytes);
        found.extend(tokens.rest());
        found
    }

    fn piece(bytes: &[u8]) -> Token {
        Token::Piece(bytes.to_vec())
    }

    #[test]
    fn what_belongs_together_stays_together() {
        for (bytes, wanted) in [
            (&b"jk"[..], &[&b"j"[..], b"k"][..]),
            (b"\x1b", &[b"\x1b"]),
            (b"\x1b\x1b", &[b"\x1b", b"\x1b"]),
            (b"\x1b[A\x1b[5~x", &[b"\x1b[A", b"\x1b[5~", b"x"]),
            (b"\x1b[1;5C", &[b"\x1b[1;5C"]),
            (b"\x1bOP\x1bOQ", &[b"\x1bOP", b"\x1bOQ"]),
            (b"\x1b[[A\x1b[M !!j", &[b"\x1b[[A", b"\x1b[M !!", b"j"]),
            (b"\x1b[<0;3;4M", &[b"\x1b[<0;3;4M"]),
            (b"\x1bx\x1b[", &[b"\x1bx", b"\x1b["]),
            ("é€😀".as_bytes(), &["é".as_bytes(), "€".as_bytes(), "😀".as_bytes()]),
            ("\x1bé".as_bytes(), &["\x1bé".as_bytes()]),
            (b"\x1b]11;rgb:00/00/00\x07j", &[b"\x1b]11;rgb:00/00/00\x07", b"j"]),
            (b"\x1bP>|term\x1b\\j", &[b"\x1bP>|term\x1b\\", b"j"]),
            (b"\xc3j", &[b"\xc3", b"j"]),
            (b"\xffj", &[b"\xff", b"j"]),
            (b"\x1b[12\x1b[A", &[b"\x1b[12", b"\x1b[A"]),
            // Half a sequence that nothing follows.
            (b"j\x1b[12", &[b"j"]),
        ] {
            let wanted: Vec<Token> = wanted.iter().map(|bytes| piece(bytes)).collect();
            assert_eq!(pieces(bytes), wanted, "{bytes:?}");
        }
    }

    #[test]
    fn answers_and_pastes_are_told_from_keys() {
        assert_eq!(pieces(b"j\x1b[0nk"), [piece(b"j"), Token::Answer, piece(b"k")]);
        let paste = pieces("\x1b[200~a\x1b[A\r€\x1b[0n\x1b[201~\x1b".as_bytes());
        assert_eq!(paste, [Token::Paste("a\x1b[A\r€\x1b[0n".to_owned()), piece(b"\x1b")]);
        assert_eq!(pieces(b"\x1b[201~j"), [piece(b"j")]);
    }

    #[test]
    fn a_paste_is_bounded_and_what_follows_it_is_not_lost() {
        let mut tokens = Tokens::default();
        assert_eq!(tokens.feed(PASTE_BEGINS), []);
        for _ in 0..=LONGEST_PASTE / 4096 {
            assert_eq!(tokens.feed(&[b'x'; 4096]), []);
            assert!(tokens.held.is_empty());
        }
        assert_eq!(tokens.rest(), None, "only its end ends a paste");
        assert_eq!(tokens.feed(b"x\x1b[201~j"), [Token::TooLong, piece(b"j")]);
    }

    #[test]
    fn noise_is_bounded() {
        for begin in [&b"\x1b["[..], b"\x1b]", b"\x1bP"] {
            let mut tokens = Tokens::default();
            tokens.feed(begin);
            for _ in 0..100 {
                tokens.feed(&[b'0'; 1000]);
            }
            assert!(tokens.held.len() <= 2 * LONGEST_SEQUENCE);
        }
    }

    #[test]
    fn what_has_begun_is_waited_for() {
        for (bytes, pause) in [
            (&b""[..], None),
            (b"j", None),
            (b"\x1b", Some(Pause::Short)),
            (b"\x1b[", Some(Pause::Long)),
            (b"\xe2\x82", Some(Pause::Long)),
            (b"\x1b[200~abc", None),
        ] {
            let mut tokens = Tokens::default();
            tokens.feed(bytes);
            assert_eq!(tokens.pause(), pause, "{bytes:?}");
        }
    }

    fn stream() -> impl Strategy<Value = Vec<u8>> {
        let known = prop::sample::select(vec![
            &b"\x1b[A"[..],
            b"\x1b",
            b"\x1b[0n",
            b"\x1b[200~",
            b"\x1b[201~",
            b"\x1bOP",
            b"\x1b[<0;1;1M",
            b"\x1b]1;\x07",
            "é".as_bytes(),
            "😀".as_bytes(),
            b"q",
            b"\r",
            b"\x1b[[C",
            b"\x1bP\x1b\\",
            b"\x1b[1;5",
        ]);
        let part = prop_oneof![known.prop_map(<[u8]>::to_vec), prop::collection::vec(any::<u8>(), 0..3)];
        prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
    }

    proptest! {
        /// However a line cuts what is sent, the same arrives.
        #[test]
        fn where_a_read_ends_does_not_matter(bytes in stream(), cuts in prop::collection::vec(1usize..5, 0..20)) {
            let whole = pieces(&bytes);
            let mut tokens = Tokens::default();
            let mut found = Vec::new();
            let mut rest = &bytes[..];
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                found.extend(tokens.feed(now));
                rest = later;
            }
            found.extend(tokens.feed(rest));
            found.extend(tokens.rest());
            prop_assert_eq!(found, whole);
        }
    }
}

//! Names for made-up people: common first and last names, combined by chance.
//!
//! Owns lists and the spelling of mail addresses. No combination is meant to be anybody.

/// First names.
pub(super) const FIRST: [&str; 40] = [
    "Anna",
    "Ben",
    "Carla",
    "David",
    "Elif",
    "Felix",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Katrin",
    "Liam",
    "Mira",
    "Noah",
    "Olga",
    "Paul",
    "Quentin",
    "Rosa",
    "Samir",
    "Tilda",
    "Uwe",
    "Vera",
    "Wim",
    "Xenia",
    "Yara",
    "Zeno",
    "Björn",
    "Chloé",
    "Øyvind",
    "Łucja",
    "André",
    "Şule",
    "Máire",
    "Jiří",
    "Sofía",
    "Jörg",
    "Françoise",
    "Imani",
    "Kofi",
    "Mei",
];

/// Last names.
pub(super) const LAST: [&str; 48] = [
    "Adler",
    "Berger",
    "Castillo",
    "Dubois",
    "Engel",
    "Fischer",
    "Garcia",
    "Hansen",
    "Ivanov",
    "Jansen",
    "Keller",
    "Lopez",
    "Martin",
    "Novák",
    "Olsen",
    "Petrov",
    "Quist",
    "Rossi",
    "Silva",
    "Tanaka",
    "Ulrich",
    "Vogel",
    "Weber",
    "Xu",
    "Yilmaz",
    "Zimmermann",
    "Ângelo",
    "Åkesson",
    "Brâncuș",
    "Çelik",
    "D'Costa",
    "Đorđević",
    "Gómez",
    "Großmann",
    "Lefèvre",
    "Müller",
    "Nuñez",
    "O'Neill",
    "Öztürk",
    "Pérez",
    "Šimić",
    "Sørensen",
    "Smith",
    "van den Berg",
    "Wójcik",
    "Ørsted",
    "Mbeki",
    "Okafor",
];

/// Somebody with a place of their own.
pub(super) struct Fixed {
    /// Index among the users; the number is 200 more unless another is fixed.
    pub(super) index: usize,
    /// First name.
    pub(super) first: &'static str,
    /// Last name.
    pub(super) last: &'static str,
    /// Department, by place in the list of departments.
    pub(super) department: usize,
    /// The part of the mail address before the at sign; empty for none.
    pub(super) mailbox: &'static str,
}

const fn fixed(
    index: usize,
    first: &'static str,
    last: &'static str,
    department: usize,
    mailbox: &'static str,
) -> Fixed {
    Fixed { index, first, last, department, mailbox }
}

/// People that every population of sufficient size has: odd names, near-equal names, rooms without mail.
pub(super) const FIXED: [Fixed; 17] = [
    fixed(7, "Jürgen", "Bauer", 1, "juergen.bauer"),
    fixed(11, "明", "Ito", 1, "ito"),
    fixed(14, "Ada", "Lovelace", 1, "ada"),
    fixed(19, "Siân", "O'Brien", 1, "sian.obrien"),
    fixed(22, "Luz", "Peña", 1, "luz"),
    fixed(29, "Marta", "Peña", 2, "marta.pena"),
    fixed(30, "Front desk", "", 5, "frontdesk"),
    fixed(33, "Meeting room 2", "", 0, ""),
    fixed(40, "Lobby", "", 5, ""),
    fixed(41, "Anna", "Schmidt", 2, "anna.schmidt"),
    fixed(42, "Anna", "Schmitt", 2, "anna.schmitt"),
    fixed(50, "Maximiliane-Alexandrine", "von Hohenberg-Lichtenstein zu Oberwaldheim am See", 7, "m.hohenberg"),
    fixed(51, "花子", "山田", 6, "yamada"),
    fixed(52, "ليلى", "حداد", 3, "layla"),
    fixed(53, "Zoë", "D'Angelo-Łukasiewicz", 8, "zoe"),
    fixed(60, "Ines", "Keller", 4, "ines.keller"),
    fixed(101, "Marta", "Peña Ruiz", 2, "marta.penaruiz"),
];

/// A name as it is written in a mail address: lower case, without accents.
pub(super) fn mailbox(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'ä' | 'å' | 'â' | 'á' | 'à' => out.push('a'),
            'ö' | 'ø' | 'ó' => out.push('o'),
            'ü' | 'ú' => out.push('u'),
            'é' | 'è' | 'ë' => out.push('e'),
            'í' | 'î' | 'ı' => out.push('i'),
            'ñ' => out.push('n'),
            'ç' | 'ć' => out.push('c'),
            'ş' | 'š' | 'ș' => out.push('s'),
            'ř' => out.push('r'),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            'ß' => out.push_str("ss"),
            ' ' => out.push('-'),
            _ => {}
        }
    }
    out
}

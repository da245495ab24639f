//! The user's own editor: a text in a private file, a command on it, the text back.
//!
//! Owns the file and its end: it is gone when the editor has ended, and what a crash left is swept at the next start.
//! Knows nothing of what the text is.

use rustix::fs::{FlockOperation, flock};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the folders of these files begin with.
const FOLDER: &str = "cordboard-edit-";
/// What is tried where nobody has said which editor to use.
const USUAL: &str = "vi";
/// Longer texts are no values of a PBX.
const LONGEST: u64 = 4 << 20;

/// The words of the command: VISUAL before EDITOR, with its arguments, taken apart as a shell would but without one.
///
/// # Errors
/// A sentence naming the variable that cannot be understood.
pub(super) fn command(variable: impl Fn(&str) -> Option<String>) -> Result<Vec<String>, String> {
    let set =
        ["VISUAL", "EDITOR"].iter().find_map(|name| Some((name, variable(name).filter(|v| !v.trim().is_empty())?)));
    let Some((name, value)) = set else { return Ok(vec![USUAL.to_owned()]) };
    match shlex::split(&value) {
        Some(words) if !words.is_empty() => Ok(words),
        _ => Err(format!("{name} is no command: a quote in `{value}` is not closed. Nothing was opened.")),
    }
}

/// Lets the user edit a text; `None` where it comes back as it was. The terminal must be free.
///
/// # Errors
/// A sentence for people; the text is as it was then.
pub(super) fn edit(command: &[String], text: &str, ending: &str) -> Result<Option<String>, String> {
    let file = Private::new(&folders(), text, ending)
        .map_err(|e| format!("No private file can be made for your editor: {e}. The text is as it was."))?;
    let Some((program, arguments)) = command.split_first() else { return Ok(None) };
    let ended = Command::new(program).args(arguments).arg(&file.path).status().map_err(|e| {
        let what = match e.kind() {
            io::ErrorKind::NotFound => "is not there".to_owned(),
            io::ErrorKind::PermissionDenied => "may not be run".to_owned(),
            _ => format!("does not start: {e}"),
        };
        format!("The editor `{program}` {what}. Set VISUAL or EDITOR to the one you use; the text is as it was.")
    })?;
    if !ended.success() {
        let how = ended.code().map_or_else(|| "was ended by a signal".to_owned(), |code| format!("ended with {code}"));
        return Err(format!("The editor `{program}` {how}, so the text is as it was."));
    }
    let now = file.read().map_err(|why| format!("What your editor wrote {why}; the text is as it was."))?;
    Ok(Some(as_before(text, now)).filter(|now| now != text))
}

/// Editors end every file with a line's end, and some of them have ends of their own: neither was meant.
fn as_before(before: &str, now: String) -> String {
    let mut now = if before.contains('\r') { now } else { now.replace("\r\n", "\n") };
    if now.ends_with('\n') && !before.ends_with('\n') {
        now.pop();
    }
    now
}

/// Where such files may lie: what only this user can enter, and is gone with the session, comes first.
fn folders() -> Vec<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    runtime.into_iter().chain([std::env::temp_dir()]).collect()
}

/// A file that only this user can read, in a folder that only this user can enter: what an editor puts beside it, or in
/// its place, is as private.
struct Private {
    folder: PathBuf,
    path: PathBuf,
    /// Held for as long as the file is in use: a folder that nobody holds is left over.
    _hold: File,
}

impl Private {
    fn new(folders: &[PathBuf], text: &str, ending: &str) -> io::Result<Self> {
        let mut trouble = io::Error::from(io::ErrorKind::NotFound);
        for below in folders {
            match Self::below(below, text, ending) {
                Ok(file) => return Ok(file),
                Err(e) => trouble = e,
            }
        }
        Err(trouble)
    }

    fn below(below: &Path, text: &str, ending: &str) -> io::Result<Self> {
        let process = std::process::id();
        let mut folder = below.join(format!("{FOLDER}{process}"));
        let mut made = DirBuilder::new().mode(0o700).create(&folder);
        for n in 1..100 {
            if !made.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::AlreadyExists) {
                break;
            }
            folder = below.join(format!("{FOLDER}{process}-{n}"));
            made = DirBuilder::new().mode(0o700).create(&folder);
        }
        made?;
        let hold = File::open(&folder)?;
        flock(&hold, FlockOperation::NonBlockingLockExclusive)?;
        let file = Self { path: folder.join(format!("value.{ending}")), folder, _hold: hold };
        let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file.path)?;
        out.write_all(text.as_bytes())?;
        Ok(file)
    }

    /// The text, or why it cannot be had.
    fn read(&self) -> Result<String, String> {
        let mut bytes = Vec::new();
        let file = File::open(&self.path).map_err(|e| format!("cannot be read ({e})"))?;
        file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|e| format!("cannot be read ({e})"))?;
        if bytes.len() as u64 > LONGEST {
            return Err("is longer than 4 MiB".to_owned());
        }
        String::from_utf8(bytes).map_err(|_| "is not text in UTF-8".to_owned())
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // What cannot be removed now is swept at the next start.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Removes what was left behind: folders of ours that nobody holds any more.
pub(super) fn sweep() {
    folders().iter().for_each(|folder| sweep_below(folder));
}

fn sweep_below(below: &Path) {
    let Ok(me) = std::fs::metadata("/proc/self").map(|about| about.uid()) else { return };
    for entry in std::fs::read_dir(below).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(FOLDER))
            && entry.metadata().is_ok_and(|about| about.is_dir() && about.uid() == me);
        let is_free =
            || File::open(entry.path()).is_ok_and(|f| flock(&f, FlockOperation::NonBlockingLockExclusive).is_ok());
        if is_ours && is_free() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(visual: Option<&str>, editor: Option<&str>) -> Result<Vec<String>, String> {
        command(|name| match name {
            "VISUAL" => visual.map(str::to_owned),
            _ => editor.map(str::to_owned),
        })
    }

    #[test]
    fn the_command_is_taken_apart_without_a_shell() {
        for (visual, editor, wanted) in [
            (None, None, &["vi"][..]),
            (None, Some("nano"), &["nano"]),
            (Some("code --wait"), Some("nano"), &["code", "--wait"]),
            (Some("  "), Some("nano -w"), &["nano", "-w"]),
            (
                None,
                Some("'/opt/my editor/ed' -c \"set tw=0\" $HOME;ls"),
                &["/opt/my editor/ed", "-c", "set tw=0", "$HOME;ls"],
            ),
        ] {
            assert_eq!(words(visual, editor).unwrap(), wanted);
        }
        let trouble = words(Some("vim 'open"), None).unwrap_err();
        assert!(trouble.contains("VISUAL") && trouble.contains("'open"), "{trouble}");
    }

    fn below() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn the_file_is_private_and_goes_away() {
        let below = below();
        let missing = below.path().join("missing");
        let file = Private::new(&[missing, below.path().to_owned()], "text", "json").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!((mode(&file.folder), mode(&file.path)), (0o700, 0o600));
        assert!(file.path.ends_with("value.json"));
        assert_eq!(file.read().unwrap(), "text");
        sweep_below(below.path());
        assert!(file.path.exists(), "it is in use");
        std::fs::write(file.folder.join(".value.json.swp"), "text").unwrap();
        std::fs::write(&file.path, [0xff]).unwrap();
        assert!(file.read().unwrap_err().contains("UTF-8"));
        std::fs::remove_file(&file.path).unwrap();
        assert!(file.read().unwrap_err().contains("cannot be read"));
        drop(file);
        assert_eq!(std::fs::read_dir(below.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_crash_left_is_swept_and_nothing_else() {
        let below = below();
        for name in ["cordboard-edit-4194305", "cordboard", "other"] {
            std::fs::create_dir(below.path().join(name)).unwrap();
            std::fs::write(below.path().join(name).join("value.json"), "secret").unwrap();
        }
        std::fs::write(below.path().join("cordboard-edit-file"), "").unwrap();
        sweep_below(below.path());
        let mut left: Vec<_> = std::fs::read_dir(below.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["cordboard", "cordboard-edit-file", "other"]);
    }

    #[test]
    fn only_what_was_meant_is_a_change() {
        for (before, now, wanted) in [
            ("a", "a\n", "a"),
            ("a\n", "a\n", "a\n"),
            ("a", "a\r\nb\r\n", "a\nb"),
            ("a\r\nb", "a\r\nc\r\n", "a\r\nc\r"),
            ("", "\n", ""),
        ] {
            let now = as_before(before, now.to_owned());
            assert_eq!(now, wanted, "{before:?}");
        }
    }
}

//! Arguments -> settings -> a PBX or the simulator -> the console or a verb.
//!
//! The one place where the shell, the verbs and the simulator meet. Reads the environment and the configuration file
//! and hands both on; decides nothing about the API.

use clap::{CommandFactory, Parser, Subcommand};
use cordboard::app::{Model, Pbx};
use cordboard::cli::whom::{self, Naming, Rules, Session};
use cordboard::cli::{Script, Stop, catalog::CatalogVerb, exit, sim::SimArgs};
use cordboard::journal::Journal;
use cordboard::plan::Tempo;
use cordboard::settings::{self, Arguments, ConfigPath, Settings};
use cordboard::shell::{self, Aside, Connecting, RequestLog, own};
use cordboard::sim;
use cordboard::theme::Theme;
use cordboard::ui::{self, Look, glyphs::Glyphs};
use directories::ProjectDirs;
use futures_util::FutureExt;
use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use tokio::runtime::Runtime;

/// A terminal console for 3CX phone systems: find, edit, preview, send, verify.
#[derive(Debug, Parser)]
#[command(name = "cordboard", version, max_term_width = 100, args_conflicts_with_subcommands = false)]
#[command(
    after_help = "`cordboard` alone opens the console on the configured PBX. `cordboard help exit-codes` says how \
                        commands end."
)]
struct Line {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// The heading of what every command takes.
const EVERYWHERE: &str = "Everywhere";

#[derive(Debug, clap::Args)]
struct Options {
    #[command(flatten)]
    naming: Naming,
    /// The configuration file
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The theme: terminal, dark, light, contrast, colourblind, plain or a file of yours
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "NAME")]
    theme: Option<String>,
    /// Draw with ASCII only
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    ascii: bool,
    /// Use no colour
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    no_color: bool,
    /// Talk in lines instead of drawing a screen, for screen readers and pipes (ACCESSIBLE=1)
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    plain: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Open the console on an embedded PBX simulator; nothing else is needed
    Demo {
        /// How many users the simulated PBX has
        #[arg(long, default_value_t = sim::Options::default().users, value_name = "N")]
        users: usize,
    },
    /// Run the embedded PBX simulator alone
    Sim(SimArgs),
    /// Compile and show what is known of the API
    #[command(subcommand)]
    Catalog(CatalogVerb),
    #[command(flatten)]
    Script(Box<Script>),
    /// Show what was done: by whom, when, before and after
    History(cordboard::cli::history::HistoryArgs),
    /// Write what a shell needs to complete command lines
    Completion {
        /// For which shell
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    if std::env::args_os().skip(1).take(2).eq(["help", "exit-codes"]) {
        let _ = write!(io::stdout(), "{}", exit::table());
        return ExitCode::SUCCESS;
    }
    match dispatch(Line::parse()) {
        Ok(code) => code,
        Err(Stop { sentence, code }) => {
            if !sentence.is_empty() {
                let _ = writeln!(io::stderr(), "cordboard: {}", ui::text::visible(&sentence));
            }
            ExitCode::from(code)
        }
    }
}

/// A sentence for whatever keeps the program from beginning.
fn usage(error: impl Into<anyhow::Error>) -> Stop {
    // With every cause: what could not be read, and why.
    Stop::usage(format!("{:#}", error.into()))
}

fn dispatch(line: Line) -> Result<ExitCode, Stop> {
    match line.verb {
        None if !is_terminal() && !settings(&line.options).is_ok_and(|settings| settings.plain) => {
            let _ = writeln!(io::stdout(), "{}", Line::command().render_help());
            Ok(ExitCode::SUCCESS)
        }
        None => {
            let settings = settings(&line.options)?;
            let pbx = settings.chosen().map_err(usage)?.clone();
            open(&settings, &line.options, real(&pbx, own_log()), Vec::new())
        }
        Some(Verb::Demo { users }) => {
            let settings = settings(&line.options)?;
            let hints = if settings.plain { PLAIN_HINTS } else { HINTS };
            open(&settings, &line.options, demo(users), hints.map(str::to_owned).to_vec())
        }
        Some(Verb::Sim(arguments)) => runtime()?.block_on(cordboard::cli::sim::run(arguments)).map_err(usage),
        Some(Verb::Catalog(verb)) => {
            match cordboard::cli::catalog::run(verb, &mut io::stdout().lock(), &mut io::stderr().lock()) {
                Err(error) if is_enough(&error) => Ok(ExitCode::SUCCESS),
                result => result.map_err(usage),
            }
        }
        Some(Verb::Script(verb)) => script(line.options, *verb),
        Some(Verb::History(arguments)) => {
            let journal = journal(&settings(&line.options)?, false);
            let code = runtime()?.block_on(cordboard::cli::history::history(&journal, arguments))?;
            Ok(ExitCode::from(code))
        }
        Some(Verb::Completion { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Line::command(), "cordboard", &mut script);
            io::stdout().lock().write_all(&script)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// What to try first in the demo.
const HINTS: [&str; 2] = [
    "Try 2 1 4 ⏎ for a person, / vm ⏎ ␣ for the voicemail, ^S and y to send it.",
    "Nothing here is real: this PBX lives inside cordboard. ? shows the keys.",
];
/// The same where there are only lines.
const PLAIN_HINTS: [&str; 2] = [
    "Try go 214 for a person, /vm for the voicemail, 1 to switch it, preview, and y to send it.",
    "Nothing here is real: this PBX lives inside cordboard. help tells what can be typed.",
];

/// A person is on both ends.
fn is_terminal() -> bool {
    io::stdout().is_terminal() && io::stdin().is_terminal()
}

/// Runs a verb that talks to a PBX.
fn script(mut options: Options, verb: Script) -> Result<ExitCode, Stop> {
    let whom = verb.whom().clone();
    options.naming = whom.naming.or(options.naming);
    // What happens in the demo leaves nothing behind.
    let requests = if whom.demo { RequestLog::default() } else { own_log() };
    let settings = settings(&options)?;
    let pbx = match whom.demo {
        true => None,
        false => Some(settings.chosen().map_err(usage)?.clone()),
    };
    let rules = Rules {
        confirm_count: settings.confirm_count,
        tempo: Tempo { at_once: settings.at_once, stop_after: settings.stop_after },
    };
    let runtime = runtime()?;
    let code = runtime.block_on(async {
        let writes = (rules, journal(&settings, whom.demo));
        let session = Session::open(pbx, writes, environment, Some(requests.observer())).await?;
        let code = verb.run(&session).await;
        // What kept it from its end goes before what could not be written down of it.
        let closed = session.close().await;
        code.and_then(|code| closed.map(|()| code))
    });
    runtime.shutdown_background();
    code.map(ExitCode::from)
}

/// Whoever reads the output has closed it, as `head` does once it has its lines.
fn is_enough(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// What waits for a PBX, a clock or a signal, on the thread that waits for it.
fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The person's own folders, where the system says they are.
fn folders() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "cordboard")
}

fn config_path(options: &Options) -> Option<ConfigPath> {
    let folders = folders();
    settings::config_path(options.config.as_deref(), &environment, folders.as_ref().map(ProjectDirs::config_dir))
}

/// The folder for what cordboard keeps by itself. `None` where there is no home.
fn state_folder() -> Option<PathBuf> {
    let folders = folders()?;
    Some(folders.state_dir().unwrap_or(folders.data_local_dir()).to_owned())
}

/// Who runs this, for the journal.
fn operator() -> String {
    let name = ["LOGNAME", "USER"].iter().find_map(|name| environment(name).filter(|name| !name.is_empty()));
    name.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

/// Where changes are written down. What happens in the demo leaves nothing behind.
fn journal(settings: &Settings, demo: bool) -> Journal {
    let operator = operator();
    let journal = match (&settings.journal, state_folder()) {
        _ if demo => return Journal::in_memory(&operator),
        (Some(folder), _) => Journal::given(folder, &operator),
        (None, Some(folder)) => Journal::own(&folder, &operator),
        (None, None) => Journal::nowhere(&operator),
    };
    journal.keeping(settings.journal_days)
}

fn settings(options: &Options) -> Result<Settings, Stop> {
    let arguments = Arguments {
        pbx: options.naming.pbx.clone(),
        url: options.naming.url.clone(),
        client_id: options.naming.client_id.clone(),
        client_secret_file: options.naming.client_secret_file.clone(),
        ca_file: options.naming.ca_file.clone(),
        insecure: options.naming.insecure,
        theme: options.theme.clone(),
        ascii: options.ascii,
        no_color: options.no_color,
        plain: options.plain,
    };
    let path = config_path(options);
    let text = match &path {
        None => None,
        Some(config) => match std::fs::read_to_string(&config.path) {
            Ok(text) => Some(text),
            Err(e) if e.kind() == io::ErrorKind::NotFound && !config.named => None,
            Err(e) => return Err(Stop::usage(format!("{} cannot be read: {e}.", config.path.display()))),
        },
    };
    // One that is not there says nothing.
    let file = path.as_ref().map(|config| (config.path.as_path(), text.as_deref().unwrap_or_default()));
    Settings::resolve(file, &environment, &arguments).map_err(usage)
}

/// A PBX to open, and the way to a client for it.
struct Opened {
    pbx: Pbx,
    client: Connecting,
    /// The simulator, where this is one: it ends with the console.
    simulator: Arc<Mutex<Option<sim::Simulator>>>,
    /// Where its requests are told.
    requests: RequestLog,
}

/// A configured PBX. Its secret is fetched when the first request needs it, after the first frame.
fn real(settings: &settings::Pbx, requests: RequestLog) -> Opened {
    let settings = settings.clone();
    let observer = requests.observer();
    let pbx = Pbx {
        address: settings.url.clone(),
        client: settings.client_id.clone(),
        me: settings.me.clone(),
        insecure: settings.insecure,
        ..Pbx::unheard(&settings.name)
    };
    let client = async move { Ok(whom::connect(settings, environment, Some(observer))) };
    Opened { pbx, client: client.boxed().shared(), simulator: Arc::default(), requests }
}

fn own_log() -> RequestLog {
    state_folder().map_or_else(RequestLog::default, |folder| RequestLog::in_folder(&folder))
}

/// The embedded simulator, reached over real HTTP like any PBX.
fn demo(users: usize) -> Opened {
    let simulator: Arc<Mutex<Option<sim::Simulator>>> = Arc::default();
    let kept = Arc::clone(&simulator);
    // What happens in the demo leaves nothing behind.
    let requests = RequestLog::default();
    let observer = requests.observer();
    let client = async move {
        let (client, running) = whom::demo(users, Some(observer)).await?;
        if let Ok(mut kept) = kept.lock() {
            *kept = Some(running);
        }
        Ok(client)
    };
    let pbx = Pbx { demo: true, ..Pbx::unheard("demo") };
    Opened { pbx, client: client.boxed().shared(), simulator, requests }
}

fn open(settings: &Settings, options: &Options, opened: Opened, hints: Vec<String>) -> Result<ExitCode, Stop> {
    if !settings.plain && !is_terminal() {
        return Err(Stop::usage(
            "the console needs a terminal; this is not one. --plain talks in lines, and cordboard --help lists what \
             else works without.",
        ));
    }
    if settings.dumb && !settings.plain {
        return Err(Stop::usage(
            "this terminal (TERM=dumb) cannot move its cursor, so the console cannot be drawn; --plain talks in lines.",
        ));
    }
    let folder = config_path(options).and_then(|config| config.path.parent().map(Path::to_owned));
    let asked_for = own::theme(folder.as_deref(), &settings.theme);
    let (theme, mut notices) =
        Theme::choose(&settings.theme, asked_for.as_ref().map(|(p, t)| (p.as_str(), t.as_str())));
    let look = Look { theme, glyphs: Glyphs::of(settings.ascii) };
    let clients = HashMap::from([(opened.pbx.id.clone(), opened.client)]);
    let demo = opened.pbx.demo;
    let mut model = Model::new(opened.pbx, (80, 24));
    model.hints = hints;
    model.mouse = settings.mouse;
    model.confirm_count = settings.confirm_count;
    model.tempo = Tempo { at_once: settings.at_once, stop_after: settings.stop_after };
    match own::keys(folder.as_deref()) {
        Ok(Some(keymap)) => model.keymap = keymap,
        Ok(None) => {}
        Err(notice) => notices.push(notice),
    }
    if !notices.is_empty() {
        model.warn(notices.join(" "));
    }
    let aside = Aside::start()?;
    let own = shell::Own {
        journal: journal(settings, demo),
        // What happens in the demo leaves nothing behind.
        state: state_folder().filter(|_| !demo),
        requests: opened.requests,
        theme_names: own::theme_names(folder.as_deref()),
        themes: Box::new(move |name| {
            let own = own::theme(folder.as_deref(), name);
            Theme::find(name, own.as_ref().map(|(path, text)| (path.as_str(), text.as_str())))
        }),
    };
    let result = match settings.plain {
        true => aside.block_on(shell::converse(model, look, clients, own, settings.ascii)),
        false => aside.block_on(shell::run(model, look, clients, own)),
    };
    if let Some(simulator) = opened.simulator.lock().ok().and_then(|mut kept| kept.take()) {
        aside.block_on(simulator.stop());
    }
    result.map_err(|e| Stop::new(exit::FAILED, format!("the terminal was lost: {e}.")))?;
    Ok(ExitCode::SUCCESS)
}

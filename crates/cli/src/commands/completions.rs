//! Shell completions, generated from the declaration of the arguments.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use crate::arguments::Arguments;

pub(crate) fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "pctransfers", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

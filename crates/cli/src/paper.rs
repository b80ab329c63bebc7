//! The manual page and the completions, made from the declaration of the arguments, so that they
//! cannot say anything else.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use crate::arguments::Arguments;

/// What a shell sources to complete the command's arguments.
pub(crate) fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "pctransfers", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The manual page, with a page for each command after it.
pub(crate) fn manual() -> String {
    let mut command = Arguments::command();
    // Options of every command are then in each page, and names are whole.
    command.build();
    let mut roff = Vec::new();
    let pages = std::iter::once(&command).chain(command.get_subcommands());
    for page in pages.filter(|page| page.get_name() != "help") {
        // It cannot fail: nothing but memory is written to.
        let _ = Man::new(page.clone()).render(&mut roff);
    }
    String::from_utf8_lossy(&roff).into_owned()
}

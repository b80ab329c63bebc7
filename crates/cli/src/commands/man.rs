//! The manual page, generated from the declaration of the arguments.

use clap_mangen::Man;

use crate::arguments::Arguments;

/// The manual page, followed by a page for each command.
pub(crate) fn man() -> String {
    let command = Arguments::documented_command();
    let mut roff = Vec::new();
    let pages = std::iter::once(&command).chain(command.get_subcommands());
    for page in pages.filter(|page| page.get_name() != "help") {
        // Writing to memory cannot fail.
        let _ = Man::new(page.clone()).render(&mut roff);
    }
    String::from_utf8_lossy(&roff).into_owned()
}

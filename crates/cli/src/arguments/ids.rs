//! The ids of a customer and a transfer: by position, by name, or the customer of the profile.

use std::fmt::Display;
use std::str::FromStr;

use clap::builder::ValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};
use partner_center_transfers::types::{CustomerId, TransferId};

const CUSTOMER: &str = "customer";
const TRANSFER: &str = "transfer";
/// The file with the customers.
const FILE: &str = "customers";
/// The positional arguments. Each can contain the id of the other kind, so they are parsed late.
const FIRST: &str = "first_id";
const SECOND: &str = "second_id";

/// A transfer of a customer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) customer: CustomerId,
    pub(crate) transfer: TransferId,
}

/// The customer of a command that needs no transfer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Customer {
    pub(crate) id: CustomerId,
}

/// The customer of a command that can also read the customers from a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CustomerOrFile {
    pub(crate) id: Option<CustomerId>,
}

impl Args for CustomerOrFile {
    fn augment_args(command: Command) -> Command {
        with_customer(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for CustomerOrFile {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        if matches.value_source(FILE) != Some(ValueSource::CommandLine) {
            let Customer { id } = Customer::from_arg_matches(matches)?;
            return Ok(Self { id: Some(id) });
        }
        if text(matches, FIRST).is_some() || named_customer(matches).is_some() {
            return Err(usage(
                "the argument '--customers <FILE>' cannot be used with a customer",
            ));
        }
        // The default customer is for commands that name none.
        Ok(Self { id: None })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Target {
    fn augment_args(command: Command) -> Command {
        let command = with_customer(command);
        command
            .arg(
                positional(SECOND, "TRANSFER")
                    .index(2)
                    .help("Id of the transfer, a GUID; with a default customer one id is enough"),
            )
            .arg(
                named(TRANSFER, ValueParser::new(TransferId::from_str))
                    .help("The same as TRANSFER"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Target {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let (first, second) = (text(matches, FIRST), text(matches, SECOND));
        let transfer = matches.get_one::<TransferId>(TRANSFER).copied();
        if first.is_some() && (named_customer(matches).is_some() || transfer.is_some()) {
            return Err(usage(
                "ids are given by position and by name: write <CUSTOMER> <TRANSFER>, or \
                 --customer <ID> --transfer <ID>",
            ));
        }
        match (first, second) {
            (Some(customer), Some(transfer)) => {
                let target = Self {
                    customer: parse(customer, "<CUSTOMER>")?,
                    transfer: parse(transfer, "<TRANSFER>")?,
                };
                if target.customer.to_string() == target.transfer.to_string() {
                    return Err(usage(format!(
                        "the customer and the transfer have the same id, {}: correct one of them",
                        target.customer
                    )));
                }
                Ok(target)
            }
            (Some(single), None) => {
                let Some(customer) = default_customer(matches) else {
                    let _: CustomerId = parse(single, "<CUSTOMER>")?;
                    return Err(usage(format!(
                        "one id is given ({single}), and there is no default customer: write \
                         <CUSTOMER> <TRANSFER>, or set one with 'pctransfers config set customer \
                         ID'"
                    )));
                };
                let transfer: TransferId = parse(single, "<TRANSFER>")?;
                if customer.to_string() == transfer.to_string() {
                    return Err(usage(format!(
                        "{single} is the default customer of the profile: add the id of the \
                         transfer"
                    )));
                }
                Ok(Self { customer, transfer })
            }
            (None, _) => {
                let customer = named_customer(matches).or_else(|| default_customer(matches));
                match (customer, transfer) {
                    (Some(customer), Some(transfer)) => Ok(Self { customer, transfer }),
                    (Some(_), None) if named_customer(matches).is_some() => {
                        Err(missing(&["--transfer <ID>"]))
                    }
                    (Some(_), None) => Err(missing(&["<TRANSFER>"])),
                    (None, Some(_)) => Err(missing(&["--customer <ID>"])),
                    (None, None) => Err(missing(&["<CUSTOMER>", "<TRANSFER>"])),
                }
            }
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Customer {
    fn augment_args(command: Command) -> Command {
        with_customer(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Customer {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let id = match (text(matches, FIRST), named_customer(matches)) {
            (Some(_), Some(_)) => {
                return Err(usage(
                    "the customer is given by position and by name: write <CUSTOMER>, or \
                     --customer <ID>",
                ));
            }
            (Some(id), None) => parse(id, "<CUSTOMER>")?,
            (None, Some(id)) => id,
            (None, None) => default_customer(matches).ok_or_else(|| missing(&["<CUSTOMER>"]))?,
        };
        Ok(Self { id })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Whether the command needs a customer, and the arguments may not name one. `matches` are those of
/// the command.
pub(super) fn may_need_default(matches: &ArgMatches) -> bool {
    matches.try_contains_id(FIRST).is_ok()
        && named_customer(matches).is_none()
        && matches.try_contains_id(SECOND).ok() != Some(true)
}

/// How a command that takes ids is called; `None` for other commands.
pub(super) fn usage_of(command: &Command, path: &str) -> Option<String> {
    let has = |id: &str| command.get_positionals().any(|arg| arg.get_id() == id);
    let transfer = if has(SECOND) { " <TRANSFER>" } else { "" };
    has(FIRST).then(|| format!("pctransfers {path} [OPTIONS] [CUSTOMER]{transfer}"))
}

/// The command with the customer of a profile as the default.
pub(super) fn with_default(command: Command, customer: CustomerId) -> Command {
    let mut names: Vec<String> = Vec::new();
    for subcommand in command.get_subcommands() {
        if subcommand
            .get_positionals()
            .any(|arg| arg.get_id() == FIRST)
        {
            names.push(subcommand.get_name().to_owned());
        }
    }
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, |subcommand| {
            // `mut_arg` moves the argument, which a command that is built already does not expect.
            subcommand.mut_args(|arg| {
                if arg.get_id() == CUSTOMER {
                    arg.default_value(customer.to_string())
                } else {
                    arg
                }
            })
        })
    })
}

fn with_customer(command: Command) -> Command {
    command
        .arg(
            positional(FIRST, "CUSTOMER")
                .index(1)
                .help("Tenant id of the customer, a GUID"),
        )
        .arg(
            named(CUSTOMER, ValueParser::new(CustomerId::from_str))
                .help("The same as CUSTOMER [default: that of the profile]"),
        )
}

fn positional(id: &'static str, value_name: &'static str) -> Arg {
    Arg::new(id).value_name(value_name)
}

fn named(id: &'static str, parser: ValueParser) -> Arg {
    Arg::new(id).long(id).value_name("ID").value_parser(parser)
}

fn text<'a>(matches: &'a ArgMatches, id: &str) -> Option<&'a str> {
    matches.get_one::<String>(id).map(String::as_str)
}

fn customer(matches: &ArgMatches, source: ValueSource) -> Option<CustomerId> {
    let is_from = matches.value_source(CUSTOMER) == Some(source);
    let id = matches.get_one::<CustomerId>(CUSTOMER).copied();
    id.filter(|_| is_from)
}

fn named_customer(matches: &ArgMatches) -> Option<CustomerId> {
    customer(matches, ValueSource::CommandLine)
}

fn default_customer(matches: &ArgMatches) -> Option<CustomerId> {
    customer(matches, ValueSource::DefaultValue)
}

fn parse<T: FromStr<Err: Display>>(text: &str, argument: &str) -> Result<T, Error> {
    text.parse().map_err(|error| {
        let message = format!("invalid value '{text}' for '{argument}': {error}");
        Error::raw(ErrorKind::ValueValidation, message)
    })
}

fn usage(message: impl Display) -> Error {
    Error::raw(ErrorKind::ArgumentConflict, message)
}

fn missing(arguments: &[&str]) -> Error {
    let names = arguments.iter().map(|&name| name.to_owned()).collect();
    let mut error = Error::new(ErrorKind::MissingRequiredArgument);
    error.insert(ContextKind::InvalidArg, ContextValue::Strings(names));
    error
}

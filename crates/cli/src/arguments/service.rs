//! Commands that call the service, with their options. Ids are checked here, so that an invalid
//! GUID is never sent.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use partner_center_transfers::setting;
use partner_center_transfers::types::{
    CustomerId, PartnerTenantId, TransferProductType, TransferStatus,
};
use partner_center_transfers::{PollPolicy, RequestId};

use super::ids::{Customer, CustomerOrFile, Target};
use super::sweep::Sweep;
use super::words::{products, statuses, words};
use crate::failure::Failure;

/// Headings in the help of several commands.
const CONFIRMATION: &str = "Confirmation";
const NEW_COMMERCE: &str = "New commerce";
const PARTNERS: &str = "Partners";

#[derive(Debug, Subcommand)]
pub(crate) enum ServiceCommand {
    /// Offer subscriptions to another partner, or ask for them
    ///
    /// With --new-commerce it asks the source partner for subscriptions of new commerce. Otherwise
    /// it offers license-based subscriptions to the target partner.
    Create(Box<Create>),
    /// Show a transfer and the result for each subscription
    Get(Target),
    /// List the transfers of a customer, or of many, newest first
    List(List),
    /// Accept a transfer, which moves its subscriptions
    ///
    /// The subscriptions move to the target partner as new orders.
    Accept(Accept),
    /// Reject a transfer that was offered to you
    Reject(Change),
    /// Cancel a new-commerce transfer that you created
    Cancel(Change),
    /// Withdraw a transfer that has not been accepted yet
    Withdraw(Change),
    /// Show which license-based subscriptions can be transferred
    ///
    /// For the others it shows why they cannot.
    ///
    /// The service says nothing about new-commerce subscriptions: do not choose those to hand over
    /// with accept --new-commerce by it.
    Eligibility(Eligibility),
    /// Wait until the service has finished processing a transfer
    Wait(Wait),
}

/// Options of every command that changes something.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ConfirmOptions {
    /// Do not ask for confirmation; required without a terminal
    #[arg(help_heading = CONFIRMATION, short, long)]
    pub(crate) yes: bool,

    /// Do not read the current state first; requires --yes
    ///
    /// This saves requests, but skips the checks for duplicates and for the wrong partner. If the
    /// response is lost, the result may then be unknown more often.
    #[arg(help_heading = CONFIRMATION, hide_short_help = true, long, requires = "yes")]
    pub(crate) no_read: bool,

    /// MS-RequestId to send, a GUID [default: a new one]
    ///
    /// If the response to a call was lost, use its id to repeat the same call.
    #[arg(help_heading = CONFIRMATION, hide_short_help = true, long, value_name = "ID")]
    pub(crate) request_id: Option<RequestId>,
}

/// Arguments of a change to an existing transfer.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    pub(crate) target: Target,

    #[command(flatten)]
    pub(crate) confirm: ConfirmOptions,
}

#[derive(Debug, Args)]
pub(crate) struct Accept {
    #[command(flatten)]
    pub(crate) change: Change,

    /// Accept a new-commerce transfer as its source partner
    #[arg(help_heading = NEW_COMMERCE, long, requires = "subscription")]
    pub(crate) new_commerce: bool,

    // Not a doc comment, where the product type would need backticks.
    #[arg(help_heading = NEW_COMMERCE, long, value_name = "ID[=PRODUCT]", requires = "new_commerce", value_parser = line_item,
        help = "Subscription to hand over [default product type: OnlineServicesNCE]; repeatable"
    )]
    pub(crate) subscription: Vec<LineItem>,
}

/// A subscription to hand over, and its product type.
pub(crate) type LineItem = (String, TransferProductType);

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    pub(crate) customer: Customer,

    /// Ask for new-commerce subscriptions
    ///
    /// The source partner selects them when it accepts.
    #[arg(long)]
    pub(crate) new_commerce: bool,

    /// Tenant id of the partner that hands over the subscriptions [default: you]
    ///
    /// Required with --new-commerce.
    #[arg(help_heading = PARTNERS, long, value_name = "ID", required_if_eq("new_commerce", "true"))]
    pub(crate) source: Option<PartnerTenantId>,

    /// Tenant id of the partner that receives the subscriptions
    ///
    /// With --new-commerce the default is you: the service takes the partner of the access token.
    #[arg(help_heading = PARTNERS, long, value_name = "ID", required_unless_present_any = ["file", "new_commerce"])]
    pub(crate) target: Option<PartnerTenantId>,

    /// Subscription to offer; repeatable
    #[arg(long, value_name = "ID", conflicts_with = "new_commerce", required_unless_present_any = ["file", "new_commerce"], value_parser = plain_id)]
    pub(crate) subscription: Vec<String>,

    /// Name of the source partner; required with --new-commerce, unless the profile has it
    #[arg(help_heading = PARTNERS, long, value_name = "NAME")]
    pub(crate) source_name: Option<String>,

    /// Name of the target partner
    #[arg(help_heading = PARTNERS, hide_short_help = true, long, value_name = "NAME", conflicts_with = "new_commerce")]
    pub(crate) target_name: Option<String>,

    /// Name of the customer
    #[arg(hide_short_help = true, long, value_name = "NAME")]
    pub(crate) customer_name: Option<String>,

    /// E-mail address of the customer, who is notified; required with --new-commerce
    #[arg(help_heading = NEW_COMMERCE, long,
        value_name = "ADDRESS",
        required_if_eq("new_commerce", "true"),
        requires = "new_commerce"
    )]
    pub(crate) customer_email: Option<String>,

    /// Your e-mail address, or a reference of your own
    ///
    /// According to a third party, the service returns it unchanged.
    #[arg(help_heading = NEW_COMMERCE, hide_short_help = true, long, value_name = "ADDRESS", requires = "new_commerce")]
    pub(crate) target_email: Option<String>,

    /// Product type to request; several are separated by commas [default: all]
    ///
    /// In any letter case. other:WORD gives a type that this version does not know.
    #[arg(help_heading = NEW_COMMERCE, long, value_name = "PRODUCT", requires = "new_commerce", value_delimiter = ',',
        value_parser = products()
    )]
    pub(crate) product: Vec<TransferProductType>,

    /// Number of the transfer type [default: 5]
    ///
    /// An older page of Microsoft's documentation uses 3.
    #[arg(help_heading = NEW_COMMERCE, hide_short_help = true, long, value_name = "NUMBER", requires = "new_commerce")]
    pub(crate) transfer_type: Option<i64>,

    /// Partner location id (MPN id) of the reseller on record
    #[arg(hide_short_help = true, long, value_name = "ID", value_parser = plain_id)]
    pub(crate) partner_on_record: Option<String>,

    /// JSON file with the request body; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "new_commerce", "source", "target", "subscription", "source_name", "target_name",
        "customer_name", "customer_email", "target_email", "product", "transfer_type",
        "partner_on_record",
    ])]
    pub(crate) file: Option<PathBuf>,

    /// Create it even if an open transfer asks for the same
    ///
    /// Without this option nothing is sent if an open transfer to the same partner contains one of
    /// the subscriptions, or, with --new-commerce, if one asks the same partner for them already.
    #[arg(long)]
    pub(crate) allow_duplicate: bool,

    #[command(flatten)]
    pub(crate) confirm: ConfirmOptions,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) customer: CustomerOrFile,

    #[command(flatten)]
    pub(crate) sweep: Sweep,

    /// Only transfers with this status; several are separated by commas
    ///
    /// In any letter case. Complete and Completed are the same. other:WORD selects a status that
    /// this version does not know.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = statuses())]
    pub(crate) status: Vec<TransferStatus>,

    /// Only transfers that bring subscriptions to you, or that take them away
    #[arg(long, value_enum, value_name = "DIRECTION")]
    pub(crate) direction: Option<Direction>,

    #[arg(
        long,
        value_name = "ID",
        requires = "direction",
        help = "Your tenant id, for --direction [default: PCTRANSFERS_TENANT_ID]"
    )]
    pub(crate) partner: Option<PartnerTenantId>,
}

impl List {
    /// The customer, if there is only one.
    pub(crate) fn customer(&self) -> Result<CustomerId, Failure> {
        let missing = || Failure::Usage("<CUSTOMER> or --customers <FILE> is required".to_owned());
        self.customer.id.ok_or_else(missing)
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Direction {
    /// You are the target partner
    Incoming,
    /// You are the source partner
    Outgoing,
}

#[derive(Debug, Args)]
pub(crate) struct Eligibility {
    #[command(flatten)]
    pub(crate) customer: Customer,

    /// Transfer type; the default is the only documented value
    ///
    /// other:TYPE gives another one.
    #[arg(
        long = "type", value_name = "TYPE", default_value = Self::DEFAULT_TYPE,
        value_parser = words(&[Self::DEFAULT_TYPE])
    )]
    pub(crate) transfer_type: String,
}

impl Eligibility {
    /// The only documented transfer type.
    pub(crate) const DEFAULT_TYPE: &str = "directtoindirect";
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    #[command(flatten)]
    pub(crate) target: Target,

    /// Time limit for the whole wait in seconds; --timeout limits each read
    #[arg(
        long, value_name = "SECONDS", default_value_t = PollPolicy::USUAL_PROCESSING_TIME.as_secs(),
        value_parser = clap::value_parser!(u64).range(..=PollPolicy::TIME_TO_ACCEPT.as_secs())
    )]
    pub(crate) max_wait: u64,
}

impl ServiceCommand {
    /// The confirmation options of a command that changes something; `None` for other commands.
    pub(crate) fn confirm_options(&self) -> Option<ConfirmOptions> {
        match self {
            Self::Create(create) => Some(create.confirm),
            Self::Accept(accept) => Some(accept.change.confirm),
            Self::Reject(change) | Self::Cancel(change) | Self::Withdraw(change) => {
                Some(change.confirm)
            }
            Self::Get(_) | Self::List(_) | Self::Eligibility(_) | Self::Wait(_) => None,
        }
    }

    /// Whether the command is for the source partner of a transfer.
    pub(crate) fn is_for_source(&self) -> bool {
        match self {
            Self::Create(create) => !create.new_commerce,
            Self::Accept(accept) => accept.new_commerce,
            Self::Withdraw(_) | Self::Eligibility(_) => true,
            _ => false,
        }
    }
}

/// An id that need not be a GUID, without blanks and braces around it.
pub(crate) fn plain_id(text: &str) -> Result<String, String> {
    let id = setting::plain_id(text);
    match setting::check(id) {
        Ok(()) => Ok(id.to_owned()),
        Err(error) => Err(format!("the id {error}")),
    }
}

/// Parses `ID` or `ID=PRODUCT`.
fn line_item(text: &str) -> Result<LineItem, String> {
    let text = text.trim();
    let (subscription, product) = match text.split_once('=') {
        Some((subscription, product)) => (subscription, Some(product.trim())),
        None => (text, None),
    };
    let product = match (subscription.trim(), product) {
        ("", _) => return Err("missing subscription; expected ID or ID=PRODUCT".to_owned()),
        (_, Some("")) => {
            return Err("missing product type after =; expected one such as SaaS".to_owned());
        }
        (_, Some(product)) => products().parse(product)?,
        (_, None) => TransferProductType::OnlineServicesNce,
    };
    Ok((plain_id(subscription.trim())?, product))
}

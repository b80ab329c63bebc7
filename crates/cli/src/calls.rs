//! What can be asked of the service: each call with its own arguments. Ids are checked here, so
//! that what is no GUID never gets further.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use partner_center_transfers::RequestId;
use partner_center_transfers::types::{
    CustomerId, PartnerTenantId, TransferId, TransferProductType, TransferStatus,
};

use crate::exit;

/// What is asked of the service.
#[derive(Debug, Subcommand)]
pub(crate) enum Call {
    /// Offer subscriptions to another partner, or ask one for them (--new-commerce)
    #[command(after_help = exit::HELP)]
    Create(Box<Create>),
    /// Show a transfer and what became of each subscription
    #[command(after_help = exit::HELP)]
    Get(Target),
    /// List the transfers of a customer, the newest first
    #[command(after_help = exit::HELP)]
    List(List),
    /// Accept a transfer: its subscriptions move to your tenant, as orders
    #[command(after_help = exit::HELP)]
    Accept(Accept),
    /// Refuse a transfer that was offered to you
    #[command(after_help = exit::HELP)]
    Reject(Change),
    /// Take back a new-commerce transfer that you have created
    #[command(after_help = exit::HELP)]
    Cancel(Change),
    /// Withdraw a transfer that has not been accepted yet
    #[command(after_help = exit::HELP)]
    Withdraw(Change),
    /// Show which subscriptions of a customer can be transferred, and why others cannot
    #[command(after_help = exit::HELP)]
    Eligibility(Eligibility),
    /// Wait until the service has finished with a transfer
    #[command(after_help = exit::HELP)]
    Wait(Wait),
}

/// Which transfer.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Target {
    /// The customer, by tenant id: a GUID
    #[arg(long, value_name = "ID")]
    pub(crate) customer: CustomerId,

    /// The transfer: a GUID
    #[arg(long, value_name = "ID")]
    pub(crate) transfer: TransferId,
}

/// Leave to change something, and what all changes have in common.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Approval {
    /// Go ahead without a question; needed where no terminal can be asked on
    #[arg(short, long)]
    pub(crate) yes: bool,

    /// Read nothing before: one request fewer, and less to tell should the answer get lost; needs --yes
    #[arg(long, requires = "yes")]
    pub(crate) no_read: bool,

    /// The MS-RequestId to send, a GUID: that of a call whose answer was lost, to make the same
    /// call again [default: a new one]
    #[arg(long, value_name = "ID")]
    pub(crate) request_id: Option<RequestId>,
}

/// A change to a transfer that is there.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    pub(crate) target: Target,

    #[command(flatten)]
    pub(crate) approval: Approval,
}

#[derive(Debug, Args)]
pub(crate) struct Accept {
    #[command(flatten)]
    pub(crate) change: Change,

    /// As the source partner, hand over subscriptions that a new-commerce transfer asks for
    #[arg(long, requires = "subscription")]
    pub(crate) new_commerce: bool,

    /// A subscription to hand over, and its kind of product
    /// [default: `OnlineServicesNCE`]; can be repeated
    #[arg(long, value_name = "ID[=PRODUCT]", requires = "new_commerce", value_parser = item)]
    pub(crate) subscription: Vec<(String, TransferProductType)>,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The customer, by tenant id: a GUID
    #[arg(long, value_name = "ID")]
    pub(crate) customer: CustomerId,

    /// Ask a source partner for subscriptions of new commerce; it picks them when it accepts
    #[arg(long)]
    pub(crate) new_commerce: bool,

    /// The partner that hands over, by tenant id
    #[arg(long, value_name = "ID", required_unless_present = "file")]
    pub(crate) source: Option<PartnerTenantId>,

    /// The partner that receives, by tenant id; with --new-commerce the caller if it is left out
    #[arg(long, value_name = "ID", required_unless_present_any = ["file", "new_commerce"])]
    pub(crate) target: Option<PartnerTenantId>,

    /// A subscription to offer; can be repeated
    #[arg(long, value_name = "ID", conflicts_with = "new_commerce", required_unless_present_any = ["file", "new_commerce"])]
    pub(crate) subscription: Vec<String>,

    /// The name of the source partner; --new-commerce needs it
    #[arg(long, value_name = "NAME", required_if_eq("new_commerce", "true"))]
    pub(crate) source_name: Option<String>,

    /// The name of the target partner
    #[arg(long, value_name = "NAME", conflicts_with = "new_commerce")]
    pub(crate) target_name: Option<String>,

    /// The name of the customer
    #[arg(long, value_name = "NAME")]
    pub(crate) customer_name: Option<String>,

    /// The e-mail address of the customer, who is told; --new-commerce needs it
    #[arg(
        long,
        value_name = "ADDRESS",
        required_if_eq("new_commerce", "true"),
        requires = "new_commerce"
    )]
    pub(crate) customer_email: Option<String>,

    /// Your e-mail address, or a reference of your own: a third party says that it comes back as
    /// it was sent
    #[arg(long, value_name = "ADDRESS", requires = "new_commerce")]
    pub(crate) target_email: Option<String>,

    /// A kind of product to ask for, such as `Software`; can be repeated [default: all]
    #[arg(long, value_name = "PRODUCT", requires = "new_commerce")]
    pub(crate) product: Vec<TransferProductType>,

    /// The number of the kind of transfer; Microsoft's older page says 3 [default: 5]
    #[arg(long, value_name = "NUMBER", requires = "new_commerce")]
    pub(crate) transfer_type: Option<i64>,

    /// The partner location id (MPN id) of the reseller on record
    #[arg(long, value_name = "ID")]
    pub(crate) partner_on_record: Option<String>,

    /// The whole request as the API takes it, in a JSON file; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "new_commerce", "source", "target", "subscription", "source_name", "target_name",
        "customer_name", "customer_email", "target_email", "product", "transfer_type",
        "partner_on_record",
    ])]
    pub(crate) file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) approval: Approval,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The customer, by tenant id: a GUID
    #[arg(long, value_name = "ID")]
    pub(crate) customer: CustomerId,

    /// Only those in this state, such as Active, in any letter case; can be repeated
    #[arg(long, value_name = "STATUS")]
    pub(crate) status: Vec<TransferStatus>,

    /// Only those that bring subscriptions to you, or those that take some away
    #[arg(long, value_enum, value_name = "WAY")]
    pub(crate) direction: Option<Direction>,

    /// Who you are, for --direction, by tenant id [default: `PCTRANSFERS_TENANT_ID`]
    #[arg(long, value_name = "ID", requires = "direction")]
    pub(crate) partner: Option<PartnerTenantId>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Direction {
    // The caller is the target, or the source. No documentation: values with some make the help of
    // all options twice as long.
    Incoming,
    Outgoing,
}

#[derive(Debug, Args)]
pub(crate) struct Eligibility {
    /// The customer, by tenant id: a GUID
    #[arg(long, value_name = "ID")]
    pub(crate) customer: CustomerId,

    /// The kind of transfer; the only word that Microsoft's pages show is the default
    #[arg(long = "type", value_name = "TYPE", default_value = "directtoindirect")]
    pub(crate) transfer_type: String,
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    #[command(flatten)]
    pub(crate) target: Target,

    /// Seconds after which to stop waiting, which is not --timeout: that is for each single read
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(..=2_592_000))]
    pub(crate) max_wait: u64,
}

impl Call {
    /// The leave that a call needs which changes something; `None` if it only reads.
    pub(crate) fn approval(&self) -> Option<Approval> {
        match self {
            Self::Create(create) => Some(create.approval),
            Self::Accept(accept) => Some(accept.change.approval),
            Self::Reject(change) | Self::Cancel(change) | Self::Withdraw(change) => {
                Some(change.approval)
            }
            Self::Get(_) | Self::List(_) | Self::Eligibility(_) | Self::Wait(_) => None,
        }
    }

    /// Whether it is the partner that hands over who may do this.
    pub(crate) fn is_of_source(&self) -> bool {
        match self {
            Self::Create(create) => !create.new_commerce,
            Self::Accept(accept) => accept.new_commerce,
            Self::Withdraw(_) | Self::Eligibility(_) => true,
            _ => false,
        }
    }
}

/// A subscription and its kind of product.
fn item(text: &str) -> Result<(String, TransferProductType), String> {
    let (subscription, product) = match text.split_once('=') {
        Some((subscription, product)) => (subscription, TransferProductType::from(product)),
        None => (text, TransferProductType::OnlineServicesNce),
    };
    match (subscription.trim(), product.as_str()) {
        ("", _) => Err("no subscription; expected ID or ID=PRODUCT".to_owned()),
        (_, "") => Err("no kind of product after the =; expected one such as SaaS".to_owned()),
        (id, _) => Ok((id.to_owned(), product)),
    }
}

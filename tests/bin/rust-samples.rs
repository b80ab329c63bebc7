//! The Rust code samples in spec/samples/, which are programs of their own:
//!
//! `rust-samples OPERATION`

macro_rules! samples {
    ($($operation:ident),*) => {
        $(mod $operation {
            include!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/../spec/samples/", stringify!($operation), ".rs"
            ));

            pub(super) fn run() -> Result<(), Box<dyn std::error::Error>> {
                main()
            }
        })*

        fn main() -> Result<(), Box<dyn std::error::Error>> {
            match std::env::args().nth(1).unwrap_or_default().as_str() {
                $(stringify!($operation) => $operation::run(),)*
                operation => Err(format!("no sample of {operation:?}").into()),
            }
        }
    };
}

samples!(
    list_transfers,
    create_transfer,
    accept_transfer,
    get_transfer,
    update_transfer,
    withdraw_transfer,
    get_transfer_eligibility
);

//! The variable that names a file with root certificates, and the advice about it in errors.

/// The variable.
pub(crate) const CA_FILE: &str = "PCTRANSFERS_CA_FILE";

/// What the client advises if it does not know the issuer of a certificate.
const ADD_ROOT_CERTIFICATE: &str = "if it was issued by an authority of your own, such as that of a \
                                    proxy, add its root certificate with `add_root_certificate`";

/// A message of the client in which the advice fits the variable.
pub(crate) fn advise(message: &str) -> String {
    let is_set = std::env::var_os(CA_FILE).is_some_and(|path| !path.is_empty());
    let advice = if is_set {
        "the file in PCTRANSFERS_CA_FILE does not contain its issuer: add the root certificate of \
         that issuer to the file (an emulator with --tls makes a new certificate at each start)"
    } else {
        ADD_ROOT_CERTIFICATE
    };
    message
        .replace(ADD_ROOT_CERTIFICATE, advice)
        .replace("`add_root_certificate`", CA_FILE)
}

//! The service's error codes by name.
//!
//! Sources: the "Transfer entity resources" page of Microsoft's documentation for the names of
//! the first twelve, its "Partner Center REST error codes" page and third parties for what the
//! others mean. Names of the others are ours: the service has none, or none is known. A code that
//! is known and not explained anywhere is `Unexplained`.

/// Each code and its name, sorted by code.
const NAMES: [(i64, &str); 56] = [
    (400, "AccessDenied"),
    (1_000, "Unexplained"),
    (2_006, "Unexplained"),
    (2_032, "AccessDenied"),
    (2_055, "EtagStale"),
    (3_000, "InvalidProperty"),
    (10_001, "MfaRequired"),
    (20_002, "NoCommerceRelationship"),
    (20_003, "Unexplained"),
    (60_003, "TenantNotFound"),
    (60_012, "Unexplained"),
    (600_061, "Unexplained"),
    (800_001, "PartnerTokenMissing"),
    (800_002, "InvalidInput"),
    (800_003, "ServiceException"),
    (800_004, "InvalidOfferId"),
    (800_005, "CreateOrderError"),
    (800_015, "MpnIdNotFound"),
    (800_016, "NotValidIndirectResellerMpnId"),
    (800_039, "ProgramStatusInactive"),
    (800_078, "InvalidSubscription"),
    (800_090, "Unexplained"),
    (900_100, "TransferIdNotFound"),
    (900_101, "TransferNotAllowedIfStatusIsInProgress"),
    (900_102, "TransferNotAllowedIfStatusIsCompleted"),
    (900_103, "TransferCreateOrderError"),
    (900_104, "TransferProcessedByAnotherRequest"),
    (900_118, "InvalidCustomerId"),
    (900_123, "PartnerAgreementNotAccepted"),
    (900_124, "PartnerAgreementNotAccepted"),
    (900_126, "EnumValueNotRecognised"),
    (900_127, "NotSupportedInThisEnvironment"),
    (900_131, "CustomerHasLegacyAzure"),
    (900_132, "AzurePlanNotActive"),
    (900_133, "AzurePlanMissing"),
    (900_134, "AzurePlanNotPurchasable"),
    (900_135, "TransferInitiationFailed"),
    (900_136, "SourcePartnerEmailOrDomainMissing"),
    (900_137, "PartnerNotEnabledForTransfers"),
    (900_138, "NationalCloudNotSupported"),
    (900_139, "AzureSubscriptionsCannotBeAccepted"),
    (900_145, "ReservationsBlockTransfer"),
    (900_146, "MarketplaceProductsBlockTransfer"),
    (900_147, "PartnerDomainNotValid"),
    (900_148, "SourceIsRequestingPartner"),
    (900_149, "ProgramStatusInactive"),
    (900_150, "RoleLacksRights"),
    (900_160, "Unexplained"),
    (900_278, "OperationPending"),
    (900_308, "InsufficientPrivileges"),
    (900_309, "ConditionalAccessBlocked"),
    (900_316, "Unexplained"),
    (900_329, "AppOnlyNotSupported"),
    (900_400, "TransferRequestCannotBeCreated"),
    (900_420, "InvalidTokenAudience"),
    (900_421, "MfaRequired"),
];

/// The name of a code.
pub(crate) fn name(code: i64) -> Option<&'static str> {
    let at = NAMES.binary_search_by_key(&code, |(code, _)| *code).ok()?;
    Some(NAMES[at].1)
}

/// What a person can do about a code, for those where the cause is not in the call itself.
///
/// Sources: the pages on mandatory multifactor authentication and on the retirement of Azure AD
/// Graph tokens in Microsoft's documentation; that transfers are documented for the global cloud.
pub(crate) fn hint(code: i64) -> Option<&'static str> {
    Some(match code {
        10_001 | 900_421 => {
            "the user must sign in with multifactor authentication: get a new refresh token that \
             way, or call as an app alone"
        }
        900_138 => "transfers are documented for the global cloud only",
        900_309 => "a Conditional Access policy of the tenant blocks the sign-in",
        900_329 => "call as an app with a user: this resource takes no app alone",
        900_420 => "the token is for another audience: ask for one for the Partner Center API",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{NAMES, name};

    #[test]
    fn codes_are_sorted_and_stand_once() {
        assert!(NAMES.is_sorted_by(|(one, _), (next, _)| one < next));
        assert_eq!(name(900_100), Some("TransferIdNotFound"));
        assert_eq!(name(400), Some("AccessDenied"));
        assert_eq!(name(900_421), Some("MfaRequired"));
        assert_eq!(name(1), None);
    }
}

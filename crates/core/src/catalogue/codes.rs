//! The codes themselves, from the lowest to the highest.

use super::Explanation;

const ASK: &str = "look at the description and the details; if they do not help, ask support and \
                   quote the request id and the correlation id";
const ENROLMENT: &str = "check the partner's enrolment in the programme in Partner Center";
const NO_PAGE: &str = "No page explains this code.";
const SIGN_IN: &str = "the user must sign in with multifactor authentication: get a new refresh \
                       token that way, or call as an app alone";

const fn code(
    code: i64,
    name: &'static str,
    cause: &'static str,
    remedy: &'static str,
) -> Explanation {
    Explanation {
        code,
        name,
        cause,
        remedy,
    }
}

/// Each code that is known.
pub(super) const CODES: [Explanation; 56] = [
    code(
        400,
        "AccessDenied",
        "The service denies access.",
        "check who calls, in which role, and whether the customer is one of the partner's",
    ),
    code(
        1_000,
        "Unexplained",
        "Known with status 404; no page explains it further.",
        ASK,
    ),
    code(
        2_006,
        "Unexplained",
        "Known with statuses 400 and 403, with no common meaning.",
        ASK,
    ),
    code(
        2_032,
        "AccessDenied",
        "The caller may not do this.",
        "check the role of the user or the permissions of the app, and the relationship with the customer",
    ),
    code(
        2_055,
        "EtagStale",
        "The object has changed since its etag was read.",
        "read the object and try again with the new etag",
    ),
    code(
        3_000,
        "InvalidProperty",
        "A property of the request is not valid, or what it names is not there.",
        "mend the property that the description names",
    ),
    code(
        10_001,
        "MfaRequired",
        "The token was issued without multifactor authentication.",
        SIGN_IN,
    ),
    code(
        20_002,
        "NoCommerceRelationship",
        "The partner and the customer have no commerce relationship.",
        "check the customer id, and have the customer accept the partner's invitation to a reseller relationship",
    ),
    code(
        20_003,
        "Unexplained",
        "Known with status 404; no page explains it further.",
        ASK,
    ),
    code(
        60_003,
        "TenantNotFound",
        "There is no such tenant.",
        "check the ids of the customer and of both partners",
    ),
    code(60_012, "Unexplained", NO_PAGE, ASK),
    code(600_061, "Unexplained", NO_PAGE, ASK),
    code(
        800_001,
        "PartnerTokenMissing",
        "The request carries no token of a partner.",
        "send a token for the Partner Center API that was issued to the partner's own tenant",
    ),
    code(
        800_002,
        "InvalidInput",
        "The request is not valid.",
        "compare the body with the schema of its generation, and mend what the description names",
    ),
    code(
        800_003,
        "ServiceException",
        "The service failed inside.",
        "read the state back; if nothing was done, try again later",
    ),
    code(
        800_004,
        "InvalidOfferId",
        "An offer is not valid, or cannot be bought by the target partner.",
        "ask for a transfer without that offer",
    ),
    code(
        800_005,
        "CreateOrderError",
        "An order could not be created.",
        "read the transfer; for what has failed, mend the cause, and have a new transfer made for the failed subscriptions alone",
    ),
    code(
        800_015,
        "MpnIdNotFound",
        "There is no partner with the location id (MPN id) on record.",
        "correct the partner id on record and create the transfer again",
    ),
    code(
        800_016,
        "NotValidIndirectResellerMpnId",
        "The partner id on record is not that of an indirect reseller of the provider.",
        "give the location id of a reseller that has a relationship with the provider",
    ),
    code(
        800_039,
        "ProgramStatusInactive",
        "The partner's status in the programme is not active.",
        ENROLMENT,
    ),
    code(
        800_078,
        "InvalidSubscription",
        "A subscription is not valid for a transfer.",
        "check the subscription id, and ask which subscriptions are eligible",
    ),
    code(800_090, "Unexplained", NO_PAGE, ASK),
    code(
        900_100,
        "TransferIdNotFound",
        "There is no such transfer of this customer, or the caller takes no part in it; a withdrawn transfer is likely to answer this too.",
        "check both ids; if it was there before, take it as withdrawn",
    ),
    code(
        900_101,
        "TransferNotAllowedIfStatusIsInProgress",
        "The transfer is being processed already.",
        "wait until it has settled, and read it then; do not send the call again",
    ),
    code(
        900_102,
        "TransferNotAllowedIfStatusIsCompleted",
        "The transfer is in a state that does not allow this: completed, rejected or otherwise at an end.",
        "read the transfer: its state says what is still possible",
    ),
    code(
        900_103,
        "TransferCreateOrderError",
        "The order for a group of line items could not be created; the description holds the cause.",
        "read the transfer, since other groups may have moved; for what has failed, mend the cause, and have a new transfer made for the failed subscriptions alone",
    ),
    code(
        900_104,
        "TransferProcessedByAnotherRequest",
        "Another request works on the same transfer at this moment.",
        "wait, and read the transfer before anything is sent again",
    ),
    code(
        900_118,
        "InvalidCustomerId",
        "The customer id is not valid.",
        "use the id of the customer's tenant, a GUID",
    ),
    code(
        900_123,
        "PartnerAgreementNotAccepted",
        "The partner has not accepted the Microsoft Partner Agreement.",
        "have a global admin accept the agreement in Partner Center",
    ),
    code(
        900_124,
        "PartnerAgreementNotAccepted",
        "The partner has not accepted the Microsoft Partner Agreement.",
        "have a global admin accept the agreement in Partner Center",
    ),
    code(
        900_126,
        "EnumValueNotRecognised",
        "The service does not know a word in the request.",
        "check the words of the request, such as the status and the transfer type",
    ),
    code(
        900_127,
        "NotSupportedInThisEnvironment",
        "The service does not offer this in the environment that was called.",
        "call the production environment of the global cloud",
    ),
    code(
        900_131,
        "CustomerHasLegacyAzure",
        "The customer still has a legacy Azure subscription.",
        "move the customer to an Azure plan first",
    ),
    code(
        900_132,
        "AzurePlanNotActive",
        "The customer's Azure plan is not active.",
        "activate the Azure plan, or ask for a transfer without Azure subscriptions",
    ),
    code(
        900_133,
        "AzurePlanMissing",
        "The customer has no Azure plan with the target partner.",
        "order an Azure plan for the customer first",
    ),
    code(
        900_134,
        "AzurePlanNotPurchasable",
        "The target partner cannot buy an Azure plan for the customer.",
        "check the market and the agreements of partner and customer",
    ),
    code(
        900_135,
        "TransferInitiationFailed",
        "The service could not begin the transfer.",
        "look whether the transfer is there all the same; if not, try again later",
    ),
    code(
        900_136,
        "SourcePartnerEmailOrDomainMissing",
        "The e-mail address or the domain of the source partner is missing.",
        "complete the request, or the source partner's profile",
    ),
    code(
        900_137,
        "PartnerNotEnabledForTransfers",
        "The partner is not enabled for transfers.",
        "check the kind of partner: only direct-bill partners and indirect providers can transfer; else ask support",
    ),
    code(
        900_138,
        "NationalCloudNotSupported",
        "A national cloud was called, or the customer is in one.",
        "call the global cloud, for a customer that is in it: transfers are documented for the global cloud only",
    ),
    code(
        900_139,
        "AzureSubscriptionsCannotBeAccepted",
        "The target partner cannot accept Azure subscriptions.",
        "ask the source partner for a transfer without Azure subscriptions",
    ),
    code(
        900_145,
        "ReservationsBlockTransfer",
        "Reservations of the customer block the transfer.",
        "transfer the reservations too, or cancel them first",
    ),
    code(
        900_146,
        "MarketplaceProductsBlockTransfer",
        "Products of third parties from the marketplace block the transfer.",
        "cancel those products or leave their subscriptions out",
    ),
    code(
        900_147,
        "PartnerDomainNotValid",
        "The domain of the calling partner is not valid.",
        "set a valid domain in the partner's profile",
    ),
    code(
        900_148,
        "SourceIsRequestingPartner",
        "The source partner is the one that asks for the transfer.",
        "name the other partner as the source: the target creates new-commerce transfers",
    ),
    code(
        900_149,
        "ProgramStatusInactive",
        "The partner's status in the programme is not active.",
        ENROLMENT,
    ),
    code(
        900_150,
        "RoleLacksRights",
        "The role of the caller lacks the right.",
        "call as an admin agent",
    ),
    code(
        900_160,
        "Unexplained",
        "Known in connection with transfers from a third party, without its meaning.",
        ASK,
    ),
    code(
        900_278,
        "OperationPending",
        "Another operation on the same thing is pending.",
        "wait, and read the state before anything is sent again",
    ),
    code(
        900_308,
        "InsufficientPrivileges",
        "The caller has too few rights.",
        "give the user or the app the role of an admin agent",
    ),
    code(
        900_309,
        "ConditionalAccessBlocked",
        "A Conditional Access policy of the tenant blocks the sign-in.",
        "have an administrator look at the Conditional Access policies of the tenant, which block the sign-in",
    ),
    code(900_316, "Unexplained", NO_PAGE, ASK),
    code(
        900_329,
        "AppOnlyNotSupported",
        "This resource takes no call of an app alone.",
        "call as an app with a user: this resource takes no app alone",
    ),
    code(
        900_400,
        "TransferRequestCannotBeCreated",
        "The transfer cannot be created; no page gives more. Known from a third party.",
        "look at the description, ask which subscriptions are eligible, and look for another transfer of the same ones",
    ),
    code(
        900_420,
        "InvalidTokenAudience",
        "The token was issued for another audience, such as Azure AD Graph, which is retired.",
        "ask for a token for the Partner Center API: this one is for another audience",
    ),
    code(
        900_421,
        "MfaRequired",
        "The user's token does not show multifactor authentication.",
        SIGN_IN,
    ),
];

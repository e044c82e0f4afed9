//! The table of all events: one row each, by the provider's name, in alphabetical order.

use alloc::boxed::Box;

use super::{
    deleted_object::DeletedObject,
    email::EmailEventPayload,
    organization::Organization,
    organization_domain::OrganizationDomain,
    organization_invitation::{
        OrganizationInvitationAcceptedPayload, OrganizationInvitationWithPublicOrganizationData,
    },
    organization_membership::OrganizationMembership,
    payment_attempt::PaymentAttemptEventPayload,
    permission::Permission,
    role::Role,
    session::SessionEventPayload,
    sms::SmsEventPayload,
    subscription::SubscriptionEventPayload,
    subscription_item::BillingSubscriptionItemEventPayload,
    user::User,
    waitlist_entry::WaitlistEntry,
};
use crate::{clerk::Clerk, event::events};

events! {
    Clerk, "../../../tests/vectors/events/clerk/";
    /// What happened, and the object that it happened to: one variant for each event name.
    ///
    /// Each variant shows the name that the provider gives it.
    ///
    /// ```
    /// use countersign::clerk::event::EventData;
    ///
    /// fn handle(data: EventData) {
    ///     match data {
    ///         EventData::UserCreated(user) => println!("{}: {:?}", user.id, user.username),
    ///         EventData::UserDeleted(user) => println!("farewell, {:?}", user.id),
    ///         EventData::Unknown(event) => println!("{}: {}", event.name(), event.data().get()),
    ///         _ => {}
    ///     }
    /// }
    /// ```
    ///
    /// `Debug` prints the name alone; the structs' own print all of them, which is mostly about people.
    pub enum EventData {
        "email.created" => EmailCreated(EmailEventPayload),
        "organization.created" => OrganizationCreated(Organization),
        "organization.deleted" => OrganizationDeleted(DeletedObject),
        "organization.updated" => OrganizationUpdated(Organization),
        "organizationDomain.created" => OrganizationDomainCreated(Box<OrganizationDomain>),
        "organizationDomain.deleted" => OrganizationDomainDeleted(DeletedObject),
        "organizationDomain.updated" => OrganizationDomainUpdated(Box<OrganizationDomain>),
        "organizationInvitation.accepted" => OrganizationInvitationAccepted(Box<OrganizationInvitationAcceptedPayload>),
        "organizationInvitation.created" => OrganizationInvitationCreated(Box<OrganizationInvitationWithPublicOrganizationData>),
        "organizationInvitation.revoked" => OrganizationInvitationRevoked(Box<OrganizationInvitationWithPublicOrganizationData>),
        "organizationMembership.created" => OrganizationMembershipCreated(Box<OrganizationMembership>),
        "organizationMembership.deleted" => OrganizationMembershipDeleted(Box<OrganizationMembership>),
        "organizationMembership.updated" => OrganizationMembershipUpdated(Box<OrganizationMembership>),
        "paymentAttempt.created" => PaymentAttemptCreated(Box<PaymentAttemptEventPayload>),
        "paymentAttempt.updated" => PaymentAttemptUpdated(Box<PaymentAttemptEventPayload>),
        "permission.created" => PermissionCreated(Permission),
        "permission.deleted" => PermissionDeleted(DeletedObject),
        "permission.updated" => PermissionUpdated(Permission),
        "role.created" => RoleCreated(Role),
        "role.deleted" => RoleDeleted(DeletedObject),
        "role.updated" => RoleUpdated(Role),
        "session.created" => SessionCreated(SessionEventPayload),
        "session.ended" => SessionEnded(SessionEventPayload),
        "session.pending" => SessionPending(SessionEventPayload),
        "session.removed" => SessionRemoved(SessionEventPayload),
        "session.revoked" => SessionRevoked(SessionEventPayload),
        "sms.created" => SmsCreated(SmsEventPayload),
        "subscription.active" => SubscriptionActive(Box<SubscriptionEventPayload>),
        "subscription.created" => SubscriptionCreated(Box<SubscriptionEventPayload>),
        "subscription.pastDue" => SubscriptionPastDue(Box<SubscriptionEventPayload>),
        "subscription.updated" => SubscriptionUpdated(Box<SubscriptionEventPayload>),
        "subscriptionItem.abandoned" => SubscriptionItemAbandoned(Box<BillingSubscriptionItemEventPayload>),
        "subscriptionItem.active" => SubscriptionItemActive(Box<BillingSubscriptionItemEventPayload>),
        "subscriptionItem.canceled" => SubscriptionItemCanceled(Box<BillingSubscriptionItemEventPayload>),
        "subscriptionItem.created" => SubscriptionItemCreated(Box<BillingSubscriptionItemEventPayload>),
        "subscriptionItem.ended" => SubscriptionItemEnded(Box<BillingSubscriptionItemEventPayload>),
        "subscriptionItem.freeTrialEnding" => SubscriptionItemFreeTrialEnding(Box<BillingSubscriptionItemEventPayload>),
        "subscriptionItem.incomplete" => SubscriptionItemIncomplete(Box<BillingSubscriptionItemEventPayload>),
        "subscriptionItem.pastDue" => SubscriptionItemPastDue(Box<BillingSubscriptionItemEventPayload>),
        "subscriptionItem.upcoming" => SubscriptionItemUpcoming(Box<BillingSubscriptionItemEventPayload>),
        "subscriptionItem.updated" => SubscriptionItemUpdated(Box<BillingSubscriptionItemEventPayload>),
        "user.created" => UserCreated(Box<User>),
        "user.deleted" => UserDeleted(DeletedObject),
        "user.updated" => UserUpdated(Box<User>),
        "waitlistEntry.created" => WaitlistEntryCreated(WaitlistEntry),
        "waitlistEntry.updated" => WaitlistEntryUpdated(WaitlistEntry),
    }
}

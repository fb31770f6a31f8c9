/** What fulfilment publishes through the outbox. */
export const FULFILMENT_EVENTS = {
  /** The buyer was invited and has to accept; once per attempt. */
  inviteSent: 'invite.sent',
  /** A membership ends in three days. */
  membershipEnding: 'membership.ending',
} as const

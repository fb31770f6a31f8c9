/** What fulfilment publishes through the outbox. */
export const FULFILMENT_EVENTS = {
  /** The buyer was invited and has to accept; once per attempt. */
  inviteSent: 'invite.sent',
  /** A membership, or a seat of a shared account, ends in three days. */
  membershipEnding: 'membership.ending',
  /** A shared credential got a new secret; once per line and version. */
  credentialChanged: 'credential.changed',
} as const

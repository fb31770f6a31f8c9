import type { ConfigReader } from './config-reader.ts'

/** Where the invite providers answer, without a trailing slash; null for one that is not used. */
export type InvitesConfig = { teamsApiUrl: string | null; familyApiUrl: string | null }

/**
 * Reads the variables of invite providers; `refuseLocal` reports an address of a simulator. Credentials are no part of
 * the environment: each account brings its own, sealed in the database.
 */
export function readInvites(
  read: ConfigReader,
  options: {
    production: boolean
    refuseLocal(variable: 'INVITE_TEAMS_API_URL' | 'INVITE_FAMILY_API_URL', url: string): void
  },
): InvitesConfig {
  const teamsApiUrl = read.url('INVITE_TEAMS_API_URL') ?? null
  const familyApiUrl = read.url('INVITE_FAMILY_API_URL') ?? null
  if (options.production) {
    if (teamsApiUrl !== null) options.refuseLocal('INVITE_TEAMS_API_URL', teamsApiUrl)
    if (familyApiUrl !== null) options.refuseLocal('INVITE_FAMILY_API_URL', familyApiUrl)
  }
  return { teamsApiUrl, familyApiUrl }
}

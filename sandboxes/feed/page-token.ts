import type { Feed, ListName } from './feed-state.ts'

/** Returns an opaque token for the page that starts at the index. */
export function writeToken(feed: Feed, name: ListName, from: number, isRepeat: boolean): string {
  return Buffer.from(`${name}.${feed.tokenEpoch}.${from}.${isRepeat ? 1 : 0}`).toString('base64url')
}

/** Returns where the token leads, or undefined when it is dead or none of ours. */
export function readToken(
  feed: Feed,
  name: ListName,
  token: string,
): { from: number; isRepeat: boolean } | undefined {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  const [list, epoch, from, repeat] = text.split('.')
  if (list !== name || Number(epoch) !== feed.tokenEpoch || !/^\d+$/.test(from ?? '')) return undefined
  return { from: Number(from), isRepeat: repeat === '1' }
}

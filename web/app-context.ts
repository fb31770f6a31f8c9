import { createContext } from 'react-router'
import type { App, Visitor } from '../src/app.ts'

/** The domain as pages see it. Set by the server for every request; reading it unset throws. */
export const appContext = createContext<App>()

/** Who asks for the page. `nonce` is for pages that carry inline scripts; shop pages carry none. */
export const visitorContext = createContext<Visitor & { nonce?: string }>()

/** What this module tells about a line, as kinds of outbox events. */
export const LINE_NEEDS_INPUT = 'line.needs_input'

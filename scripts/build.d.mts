/** The compiled command line. */
export const MAIN: string

/** Compiles what has changed. @throws Error with one line for people; what the compiler said stands above it. */
export function build(): void

/**
 * The link of a mail: base, token, code, nothing encoded. Token and code hold letters, digits, `-`, `_` and dots only, so the pages that
 * split the fragment at `&` and `=` read them whole.
 * Source: `emailValidation` stage page; IDM 6 and later use `https://host/#/passwordreset/` as base.
 */
export function mailLink(base: string, token: string, code: string | undefined): string {
  return `${base}&token=${token}${code === undefined ? '' : `&code=${code}`}`
}

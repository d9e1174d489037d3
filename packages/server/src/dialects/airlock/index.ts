import { defineDialect } from '../../dialect/dialect.js'
import { continuationOf } from './continuation.js'
import { describeAirlock } from './openapi.js'
import type { Place } from './place.js'
import { routesOf } from './routes.js'
import { options, readSettings, settings } from './settings.js'
import { answerStray } from './stray.js'

/**
 * The self-service part of the Loginapp REST API of Airlock IAM, 7.5 to 8.6: public flows, and the password change of people who are signed
 * in. A conversation is carried by a cookie whose value changes with every step. What is spoken and where we differ stands in
 * `docs/dialects/airlock.md`.
 */
export const airlock = defineDialect({
  name: 'airlock',
  // Approvals need a poll, attributes and captchas members whose names the vendor does not print.
  kinds: ['identifier', 'code', 'answers', 'password', 'newPassword', 'choice', 'consent'],
  options,
  settings,
  speaksByDefault: true,
  offers: ['bearer'],
  opens: 'eager',
  openapi: describeAirlock,

  mount(given, site) {
    const place: Place = { settings: readSettings(given), site }
    const { prefix } = place.settings
    return {
      routes: routesOf(place),
      prefixes: prefix === '' ? ['/public', '/protected'] : [prefix],
      stray: answerStray,
      addresses(as) {
        const area = site.options(as)?.['area'] === 'protected' ? 'protected' : 'public'
        return [`POST ${prefix}/${area}/self-service/flows/${as}/select`]
      },
      link(as, token, code) {
        const base = site.options(as)?.['link']
        const begin = typeof base === 'string' ? base : `${site.publicUrl}/#/self-service?`
        return `${begin}flow=${as}&token=${code === undefined ? token : continuationOf({ token, code })}`
      },
    }
  },
})

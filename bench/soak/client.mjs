import { now, pause } from './clock.mjs'
import { GaveUp } from './sender.mjs'
import { brightPattern, cidaas } from './wires.mjs'
import { TALKS } from './talks.mjs'

/** Longest that somebody looks into their mailbox: a message that a killed server had in hand goes to another one after 30 s. */
const MAIL_PATIENCE_MS = 60_000
/** Of somebody who is not there, or whose address takes no mail. */
const IN_VAIN_MS = 1_000
const SAME_SECOND_MS = 1_100

/** The password that a proposal stands for; the history holds the proposal's name only. @param {string} proposal */
export function passwordOf(proposal) {
  return `Soak-${proposal}`
}

/** A request that was refused, or answered in words that the dialect does not have. */
class Refused extends Error {
  name = 'Refused'

  constructor(act, answer) {
    super(`${act}: ${answer.code}`)
    this.act = act
    this.answer = answer
  }
}

/** What a conversation does beside what it should, drawn before it begins. */
export function planOf(random) {
  const draw = random.next()
  return {
    /** How many codes are wrong before the right one. */
    wrong: random.chance(0.2) ? random.between(1, 2) : 0,
    /** Whether those codes are codes of other people. */
    foreign: random.chance(0.5),
    /** Nothing but wrong codes. */
    attacker: draw < 0.05,
    /** Leaves before the code, or before the password. */
    leaves: draw >= 0.05 && draw < 0.08 ? 'code' : draw >= 0.08 && draw < 0.1 ? 'password' : undefined,
    /** Goes on by the mail's link, where the dialect has one that goes on. */
    link: random.chance(0.5),
    /** Two requests with different passwords at the same time. */
    races: random.chance(0.12),
    /** Sends the last request once more when all is done, and the spent token with another password. */
    replays: random.chance(0.4),
    /** How probably each request is sent twice at the same time. */
    twice: random.chance(0.3) ? 0.5 : 0,
  }
}

/** Plays one conversation by code to its end, and tells the history how it ended. */
export class Client {
  #proposals = 0

  /**
   * @param {{ id: string, dialect: string, person: any, plan: ReturnType<typeof planOf>, seen: Set<string>, mailbox: any, sender: any,
   *   history: any, random: any }} parts `seen`: what mails of earlier conversations of this person are about.
   */
  constructor(parts) {
    this.parts = parts
    this.talk = new TALKS[parts.dialect]()
  }

  /** @returns how it ended, and the proposal in force when it is known. */
  async play() {
    const { id, dialect, person, plan, history } = this.parts
    const begun = now()
    const end = await this.#ending()
    history.write({ is: 'end', at: now(), begun, conversation: id, person: person.userName, dialect, plan, ...end })
    return end
  }

  async #ending() {
    try {
      return await this.#lead()
    } catch (error) {
      if (error instanceof Refused) return { how: error.answer.is === 'odd' ? 'odd' : 'refused', act: error.act, code: error.answer.code }
      if (error instanceof GaveUp) return { how: 'gave-up', act: error.message }
      throw error
    }
  }

  async #lead() {
    const { id, history, person, plan, seen, mailbox, random } = this.parts
    const { talk } = this
    await talk.begin((act, request, more) => this.#step(act, request, more), person)
    if (talk.carrier !== undefined) {
      history.write({ is: 'carrier', at: now(), conversation: id, person: person.userName, carrier: talk.carrier })
    }
    const stranger = person.unknown === true
    const isNew = (mail) => (talk.carrier === undefined ? !seen.has(mail.about) : mail.about === talk.carrier)
    const mail = await mailbox.codeMail(person.mail, isNew, stranger || person.refusesMail === true ? IN_VAIN_MS : MAIL_PATIENCE_MS)
    if (mail === undefined && !stranger) return { how: 'no-mail' }
    for (const one of mailbox.of(person.mail)) seen.add(one.about)
    await pause(random.between(20, 400))
    if (plan.leaves === 'code') return { how: 'left' }
    if (plan.attacker || mail === undefined) return this.#guess(mail?.code)
    for (let left = plan.wrong; left > 0; left--) await this.#wrongCode(mail.code)
    if (plan.link) talk.follow?.(mail)
    talk.codeAccepted(await this.#step('code', talk.code(mail.code), { right: true }))
    await pause(random.between(20, 400))
    if (plan.leaves === 'password') return { how: 'left' }
    return this.#change()
  }

  /** Wrong codes until the conversation is over. On some wires an end reads like a wrong code; twelve are more than any flow here takes. */
  async #guess(right) {
    for (let tries = 0; tries < 12; tries++) await this.#wrongCode(right)
    return { how: 'refused', act: 'code', code: 'twelve times' }
  }

  async #wrongCode(right) {
    const { sender, mailbox, random, plan } = this.parts
    const foreign = plan.foreign ? mailbox.lately.filter((code) => code !== right) : []
    const made = String(random.between(0, 99_999_999)).padStart(8, '0')
    const code = foreign.length > 0 ? random.pick(foreign) : made === right ? '00000000' : made
    const answer = await sender.send(this.#about('code', { right: false }), this.talk.code(code))
    if (answer.is === 'ok') throw new Refused('code', { is: 'odd', code: 'a wrong code was accepted' })
    if (answer.is === 'odd' || !WRONG_CODE.test(answer.code)) throw new Refused('code', answer)
  }

  async #change() {
    const { plan, sender } = this.parts
    const proposal = this.#propose()
    const request = this.talk.password(passwordOf(proposal))
    let inForce = proposal
    if (plan.races) {
      const other = this.#propose()
      const rival = this.talk.password(passwordOf(other))
      const answers = await Promise.allSettled([
        sender.send(this.#about('password', { proposal }), request),
        sender.send(this.#about('password', { proposal: other, purpose: 'race' }), rival),
      ])
      const won = answers.findIndex(({ value }) => value?.is === 'ok' && this.talk.isEnd(value))
      if (won === -1) {
        const [{ value, reason }] = answers
        if (reason) throw reason
        throw new Refused('password', value)
      }
      if (won === 1) inForce = other
    } else {
      const answer = await this.#step('password', request, { proposal })
      if (!this.talk.isEnd(answer)) throw new Refused('password', { is: 'odd', code: `not the end: ${answer.tag}` })
    }
    if (plan.replays) await this.#replay(inForce === proposal ? request : undefined)
    return { how: 'completed', proposal: inForce, last: inForce === proposal ? request : undefined }
  }

  /** What an onlooker could send who has caught the last request. */
  async #replay(last) {
    const { sender } = this.parts
    if (last) await sender.send(this.#about('password', { purpose: 'replay' }), last).catch(ignoreGivingUp)
    const proposal = this.#propose()
    await sender
      .send(this.#about('password', { proposal, purpose: 'spent' }), this.talk.password(passwordOf(proposal)))
      .catch(ignoreGivingUp)
  }

  /** A request of the right way; now and then the same bytes go to two servers at once. */
  async #step(act, request, more = {}) {
    const { sender, plan, random } = this.parts
    const about = this.#about(act, more)
    const twice = more.fresh !== true && random.chance(plan.twice)
    const [answer] = await Promise.all([
      sender.send(about, request),
      twice ? sender.send({ ...about, purpose: 'twice' }, request).catch(ignoreGivingUp) : undefined,
    ])
    if (answer.is !== 'ok') throw new Refused(act, answer)
    return answer
  }

  #about(act, more) {
    const { id, dialect, person } = this.parts
    return { conversation: id, person: person.userName, dialect, act, purpose: 'way', ...more }
  }

  #propose() {
    return `${this.parts.id}.${++this.#proposals}`
  }
}

/** How the dialects say that a code is wrong and may be tried again; anything else ends the conversation for the client. */
const WRONG_CODE = /Invalid code|^200 Failure Auth|OTP_WRONG|10008/

function ignoreGivingUp(error) {
  if (!(error instanceof GaveUp)) throw error
}

/** A contact centre asks for a new password for somebody. Each call is a conversation of its own, so one that is repeated may set another one. */
export async function generate({ id, person, sender, history, token }) {
  const about = { conversation: id, person: person.userName, dialect: 'bright-pattern' }
  const begun = now()
  const end = { is: 'end', begun, ...about, plan: {} }
  try {
    const answer = await sender.send({ ...about, act: 'generate', purpose: 'way', names: true }, brightPattern(person.userName, token))
    const ending =
      answer.is === 'ok' ? { how: 'completed', generated: answer.password } : { how: answer.is, act: 'generate', code: answer.code }
    history.write({ ...end, at: now(), ...ending })
    return ending
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error
    history.write({ ...end, at: now(), how: 'gave-up', act: 'generate' })
    return { how: 'gave-up' }
  }
}

/**
 * Somebody who is signed in gives the old password and a new one, in one request. They have signed in just now: what was issued before a change of
 * the password is over, and so is what was issued in the same second.
 * @param {{ old: string }} parts `old`: the password in force
 */
export async function change({ id, person, sender, history, issuer, old }) {
  const about = { conversation: id, person: person.userName, dialect: 'cidaas' }
  const begun = now()
  const end = { is: 'end', begun, ...about, plan: {} }
  const proposal = `${id}.1`
  const password = passwordOf(proposal)
  const body = { sub: person.userName, old_password: old, new_password: password, confirm_password: password }
  const sent = { ...about, act: 'change', purpose: 'way', names: true, proposal }
  await pause(SAME_SECOND_MS)
  try {
    const answer = await sender.send(sent, cidaas('PUT', '/password-srv/password', body, issuer.bearerOf(person.userName)))
    const ending = answer.is === 'ok' ? { how: 'completed', proposal } : { how: answer.is, act: 'change', code: answer.code }
    history.write({ ...end, at: now(), ...ending })
    return ending
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error
    history.write({ ...end, at: now(), how: 'gave-up', act: 'change' })
    return { how: 'gave-up' }
  }
}

import { tokenIn, type Script } from './masked.js'

/** Everything that somebody without the mailbox can do in the full flow, to the end and beyond. */
export const guessCodes: Script = async (say, queryFilter) => {
  const first = tokenIn(await say('reset', { input: {} }))
  const token = tokenIn(await say('reset', { token: first, input: { queryFilter } }))
  // The same request again, another one with the spent token, and one that was never begun.
  await say('reset', { token: first, input: { queryFilter } })
  await say('reset', { token: first, input: { queryFilter: 'userName eq "somebody-else"' } })
  for (const input of [{}, { code: '' }, { code: 17 }, { answer1: 'Blue' }]) await say('reset', { token, input })
  for (const code of ['00000000', '00000000', '00000001', 'x', '0'.repeat(128), '00000002', '00000002', '00000003', '00000004']) {
    await say('reset', { token, input: { code } })
  }
  // After the end: the last one again, the first one again, and elsewhere.
  await say('reset', { token, input: { code: '00000002' } })
  await say('reset', { token, input: {} })
  await say('reset', { token: first, input: { queryFilter } })
  await say('resetEmail', { token, input: { code: '1' } })
}

/** The search in the first call, and codes until no more are taken. */
export const oneStage: Script = async (say, queryFilter) => {
  const token = tokenIn(await say('resetOneStage', { input: { queryFilter } }, { 'Accept-Language': 'de' }))
  await say('resetOneStage', { input: { queryFilter, more: 'x' } })
  for (let guess = 0; guess < 8; guess += 1) await say('resetOneStage', { token, input: { code: String(guess) } })
}

/** E-mail alone, with the parameter that would come back at the end. */
export const emailOnly: Script = async (say, queryFilter) => {
  const first = tokenIn(await say('resetEmail', { input: { returnParams: 'a=1' } }))
  const token = tokenIn(await say('resetEmail', { token: first, input: { queryFilter } }))
  for (let guess = 0; guess < 8; guess += 1) await say('resetEmail', { token, input: { token, code: String(guess) } })
}

/** Questions, wrongly answered until no more answers are taken. */
export const guessAnswers: Script = async (say, queryFilter) => {
  const first = tokenIn(await say('resetKba', { input: {} }))
  const token = tokenIn(await say('resetKba', { token: first, input: { queryFilter } }))
  await say('resetKba', { token: first, input: { queryFilter } })
  for (const input of [{ answer1: 17 }, { answers: {} }]) await say('resetKba', { token, input })
  for (const answer1 of ['teal', 'teal', '', 'x'.repeat(256), 'olive', 'olive']) await say('resetKba', { token, input: { answer1 } })
  await say('resetKba', { token, input: { password: 'Passw0rd2' } })
  await say('resetKba', { token: first, input: { queryFilter } })
}

/** Asks for mail again and again: conversation after conversation. */
export const askForMail: Script = async (say, queryFilter) => {
  for (let round = 0; round < 5; round += 1) {
    const token = tokenIn(await say('resetOneStage', { input: { queryFilter } }))
    await say('resetOneStage', { token, input: { code: 'x' } })
  }
}

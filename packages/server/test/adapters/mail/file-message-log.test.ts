import { appendFile, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FileMessageLog } from '../../../src/adapters/mail/file-message-log.js'
import { makeFolder, type Folder } from '../directory/folder.js'

let folder: Folder
beforeEach(async () => {
  folder = await makeFolder()
})
afterEach(() => folder.remove())

const pathOf = () => join(folder.path, 'sub', 'mailbox.jsonl')
const mail = (subject: string, text = 'text') => ({
  to: 'jdoe@example.com',
  subject,
  text,
  html: '<p>',
  sentAt: '2026-01-02T03:04:05.000Z',
})
const sms = { to: '+15550101', text: 'Your code is 1', sentAt: '2026-01-02T03:04:05.000Z' }

test('two logs over one file show the same, also to one that is opened later', async () => {
  const [one, other] = [new FileMessageLog(pathOf()), new FileMessageLog(pathOf())]
  expect(await one.list()).toEqual([])
  await one.append(mail('1'))
  await other.append(sms)
  await one.append(mail('3'))
  const all = [mail('1'), sms, mail('3')]
  for (const log of [one, other, new FileMessageLog(pathOf())]) expect(await log.list()).toEqual(all)
})

test('nobody else can read it, and it follows no link', async () => {
  await new FileMessageLog(pathOf()).append(sms)
  expect((await stat(pathOf())).mode & 0o777).toBe(0o600)
  await symlink(pathOf(), join(folder.path, 'link'))
  await expect(new FileMessageLog(join(folder.path, 'link')).append(sms)).rejects.toThrow('ELOOP')
})

test('drops the older half when it has grown too long, and leaves nothing else behind', async () => {
  const log = new FileMessageLog(pathOf(), { maxBytes: 20_000 })
  for (let number = 0; number < 200; number += 1) await log.append(mail(String(number), 'x'.repeat(200)))
  const kept = await log.list()
  expect(kept.at(-1)).toEqual(mail('199', 'x'.repeat(200)))
  expect(kept.length).toBeGreaterThan(20)
  expect((await stat(pathOf())).size).toBeLessThan(21_000)
  expect(await readdir(join(folder.path, 'sub'))).toEqual(['mailbox.jsonl'])
})

test('of many writers at once none is lost, also when the file is shortened meanwhile', async () => {
  const log = new FileMessageLog(pathOf(), { maxBytes: 60_000 })
  const last = Array.from({ length: 40 }, (_, number) => mail(`late ${number}`))
  for (let number = 0; number < 330; number += 1) await log.append(mail(String(number)))
  await Promise.all(last.map((message) => new FileMessageLog(pathOf(), { maxBytes: 60_000 }).append(message)))
  const subjects = (await log.list()).map((message) => ('subject' in message ? message.subject : ''))
  expect(subjects.filter((subject) => subject.startsWith('late')).toSorted()).toEqual(last.map(({ subject }) => subject).toSorted())
})

test('passes over lines that are cut off or written by somebody else', async () => {
  const log = new FileMessageLog(pathOf())
  await log.append(sms)
  await appendFile(pathOf(), 'hello\n[]\n{"to":5}\n{"to":"x","te')
  expect(await log.list()).toEqual([sms])
})

import { readSmtpFiles } from '../../src/adapters/mail/smtp/read-smtp-files.js'
import { SmtpMailer } from '../../src/adapters/mail/smtp/smtp-mailer.js'
import { connectRedis, redisStore, Seal } from '../../src/adapters/redis/index.js'
import { TEST_KEY } from '../adapters/redis/open-redis-store.js'
import { MAIL, smtpSettings } from '../adapters/mail/smtp/settings.js'

/** Sends a mail for each message that is owed, to the address that it consists of, until asked to end. */
export async function sendAll(redisUrl: string, prefix: string, port: number): Promise<void> {
  const redis = connectRedis(redisUrl, { onError: (error) => process.emitWarning(error) })
  const { outbox } = redisStore(redis, new Seal([TEST_KEY]), {
    prefix,
    outbox: { idleMs: 600, destinationOf: (body) => ({ lane: 'email', to: body }) },
  })
  const settings = smtpSettings(port)
  const mailer = new SmtpMailer(settings, { name: '', address: 'no-reply@example.com' }, await readSmtpFiles(settings))
  const running = outbox.consume(async (item) => {
    if (item.is === 'message') await mailer.send({ ...MAIL, to: item.body, messageId: `<${item.body}>` })
  })
  const end = async (): Promise<void> => {
    await running.stop()
    mailer.close()
    redis.disconnect()
  }
  process.once('SIGTERM', () => void end())
  process.stdout.write('ready\n')
}

import { defineStep, done, hidden, Validator } from '@rekey/core'

/** Asks a program or web hook of the operator's whether the request is right. It sees the body as it came. */
export const validator = defineStep({
  type: 'validator',
  version: 1,
  description:
    'Asks an external program or web hook, which sees the body of the request; without its consent the person is treated like an unknown one',
  settings: {
    name: {
      type: 'string',
      pattern: '^[a-z][a-z0-9-]{0,63}$',
      default: 'default',
      description: 'Which of the validators of the configuration',
    },
  },
  needs: [],
  takes: ['rawBody'],
  inject: { validator: Validator },

  async prepare({ settings, request, deps }) {
    const { agrees } = await deps.validator.validate(settings.name, request.rawBody ?? '')
    return agrees ? done() : hidden('validator-refused')
  },
})

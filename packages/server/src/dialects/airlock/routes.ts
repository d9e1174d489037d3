import type { Route } from '../../dialect/dialect.js'
import { endRoute, stateRoute } from './flow-state.js'
import { optionItems, questionItems } from './lists.js'
import { changeAtOnceRoute, changeInFlowRoute } from './password-change.js'
import type { Area, Place } from './place.js'
import { policyCheckRoute } from './policy-check.js'
import { selectRoute } from './select.js'
import { RESEND_CALLS, STEP_CALLS } from './step-calls.js'
import { answerRoute, chooseRoute, resendRoute, retrieveRoute } from './step-route.js'

/** All routes. Every path is served with and without a slash behind it: the vendor's own pages print both, and clients send both. */
export function routesOf(place: Place): readonly Route[] {
  const { prefix } = place.settings
  return [
    ...selfService(place, 'public'),
    ...selfService(place, 'protected'),
    ...spelt(`${prefix}/protected/self-service/password/change`, (path) => changeInFlowRoute(place, path)),
    ...spelt(`${prefix}/protected/my/password/change`, (path) => changeAtOnceRoute(place, path)),
    ...spelt(`${prefix}/public/password/policy/check`, (path) => policyCheckRoute(place, path)),
  ]
}

function selfService(place: Place, area: Area): readonly Route[] {
  const root = `${place.settings.prefix}/${area}/self-service`
  return [
    ...spelt(root, (path) => stateRoute(place, path)),
    ...spelt(`${root}/flow`, (path) => endRoute(place, path)),
    ...spelt(`${root}/flows/:as/select`, (path) => selectRoute(place, path)),
    ...STEP_CALLS.filter((call) => call.area === undefined || call.area === area).flatMap((call) =>
      spelt(`${root}/${call.path}`, (path) => answerRoute(place, path, call)),
    ),
    ...RESEND_CALLS.flatMap((call) => spelt(`${root}/${call.path}`, (path) => resendRoute(place, path, call))),
    ...spelt(`${root}/verification/secret-questions/retrieve`, (path) =>
      retrieveRoute(place, path, { fits: ({ kind }) => kind === 'answers', list: questionItems }),
    ),
    ...spelt(`${root}/selection/options/retrieve`, (path) =>
      retrieveRoute(place, path, { fits: ({ kind }) => kind === 'choice', list: optionItems }),
    ),
    ...spelt(`${root}/selection/options/:id/select`, (path) => chooseRoute(place, path)),
  ]
}

function spelt(path: string, make: (path: string) => Route): readonly Route[] {
  return [path, `${path}/`].map(make)
}

/** What a link can be asked to approve. */
export type ApprovalSubject = 'newPassword' | 'signIn'

/** What became of following a link. */
export type ApprovalOutcome = 'approved' | 'denied' | 'over' | 'unavailable'

export interface ApprovalTexts {
  /** What is asked, as a heading. */
  readonly heading: { readonly [S in ApprovalSubject]: string }
  /** Stands before the time of the request. */
  readonly askedAt: string
  readonly advice: string
  readonly approve: string
  readonly deny: string
  readonly outcome: { readonly [O in ApprovalOutcome]: { readonly heading: string; readonly text: string } }
}

/** Texts of the pages behind a mailed link, by language. */
export const APPROVAL_TEXTS = {
  en: {
    heading: { newPassword: 'Set a new password?', signIn: 'Sign in?' },
    askedAt: 'Asked for on',
    advice: 'Approve only what you have asked for yourself a moment ago. If it was not you, say so: the request is ended at once.',
    approve: 'Yes, it was me',
    deny: 'No, it was not me',
    outcome: {
      approved: { heading: 'Approved', text: 'Go back to where you began; it goes on there. You can close this page.' },
      denied: { heading: 'Ended', text: 'The request was ended. Your password stays as it is. You can close this page.' },
      over: {
        heading: 'Nothing left to approve',
        text: 'This link has been used, is too old, or is incomplete. If you still need it, begin again where you asked for it.',
      },
      unavailable: { heading: 'Not now', text: 'This cannot be done at the moment. Please open the link again in a minute.' },
    },
  },
  de: {
    heading: { newPassword: 'Neues Kennwort setzen?', signIn: 'Anmelden?' },
    askedAt: 'Angefordert am',
    advice:
      'Bestätigen Sie nur, was Sie selbst gerade angefordert haben. Wenn Sie es nicht waren, sagen Sie es: die Anfrage wird sofort beendet.',
    approve: 'Ja, das war ich',
    deny: 'Nein, das war ich nicht',
    outcome: {
      approved: {
        heading: 'Bestätigt',
        text: 'Gehen Sie dorthin zurück, wo Sie begonnen haben; dort geht es weiter. Sie können diese Seite schließen.',
      },
      denied: { heading: 'Beendet', text: 'Die Anfrage wurde beendet. Ihr Kennwort bleibt, wie es ist. Sie können diese Seite schließen.' },
      over: {
        heading: 'Nichts mehr zu bestätigen',
        text: 'Dieser Link wurde schon benutzt, ist zu alt oder unvollständig. Wenn Sie ihn noch brauchen, beginnen Sie dort neu, wo Sie ihn angefordert haben.',
      },
      unavailable: {
        heading: 'Gerade nicht möglich',
        text: 'Das geht im Augenblick nicht. Bitte öffnen Sie den Link in einer Minute noch einmal.',
      },
    },
  },
  fr: {
    heading: { newPassword: 'Définir un nouveau mot de passe ?', signIn: 'Se connecter ?' },
    askedAt: 'Demandé le',
    advice: 'N’approuvez que ce que vous venez de demander vous-même. Si ce n’était pas vous, dites-le : la demande est annulée aussitôt.',
    approve: 'Oui, c’était moi',
    deny: 'Non, ce n’était pas moi',
    outcome: {
      approved: { heading: 'Approuvé', text: 'Retournez là où vous avez commencé ; la suite s’y trouve. Vous pouvez fermer cette page.' },
      denied: { heading: 'Annulée', text: 'La demande est annulée. Votre mot de passe reste inchangé. Vous pouvez fermer cette page.' },
      over: {
        heading: 'Plus rien à approuver',
        text: 'Ce lien a déjà servi, est trop ancien ou incomplet. S’il vous le faut encore, recommencez là où vous l’aviez demandé.',
      },
      unavailable: { heading: 'Pas maintenant', text: 'C’est impossible pour le moment. Veuillez rouvrir le lien dans une minute.' },
    },
  },
} as const satisfies Record<string, ApprovalTexts>

import type { Messages } from "./messages.ts";

/** German. */
export const de: Messages = {
  measures: {
    views: "Aufrufe",
    unique_visitors: "Besucher",
    unique_accounts: "Konten",
    anonymous_visitors: "Anonym",
    new_visitors: "Neue Besucher",
    returning_visitors: "Wiederkehrende Besucher",
    new_accounts: "Neue Konten",
    avg_time_on_page: "Ø Zeit",
    bounce_rate: "Absprungrate",
  },
  shortMeasures: {
    views: "Aufrufe",
    unique_visitors: "Besucher",
    unique_accounts: "Konten",
    anonymous_visitors: "Anonym",
    new_visitors: "Neu",
    returning_visitors: "Bekannt",
    new_accounts: "Neue Kto.",
    avg_time_on_page: "Ø Zeit",
    bounce_rate: "Absprünge",
  },
  periods: {
    hourly: "Pro Stunde",
    daily: "Pro Tag",
    weekly: "Pro Woche",
    monthly: "Pro Monat",
    quarterly: "Pro Quartal",
    yearly: "Pro Jahr",
  },
  range: {
    label: "Zeitraum",
    presets: {
      today: { label: "Heute", short: "Heute" },
      "7d": { label: "7 Tage", short: "7 T" },
      "30d": { label: "30 Tage", short: "30 T" },
      "90d": { label: "90 Tage", short: "90 T" },
      "12m": { label: "12 Monate", short: "12 M" },
      custom: { label: "Eigener", short: "…" },
    },
    locked: "(Pro)",
    firstDay: "Erster Tag",
    lastDay: "Letzter Tag",
    period: "Schritt",
  },
  cards: {
    label: "Summen",
    points: (points) => `${points} PP`,
    comparedWith: (range, isCut) => `ggü. ${range}${isCut ? ", bis zur selben Stunde" : ""}`,
    nothingBefore: (range) => `Nichts zu vergleichen: keine Aufrufe ${range}`,
  },
  chart: {
    measure: "Messgröße",
    tabs: {
      visits: {
        label: "Besuche",
        short: "Besuche",
        caption: "Aufrufe, Besucher und Konten im Zeitverlauf",
      },
      new: {
        label: "Neue Besucher",
        short: "Neu",
        caption: "Eindeutige Besucher im Zeitverlauf, und wie viele davon neu sind",
      },
      time: {
        label: "Zeit auf der Seite",
        short: "Zeit",
        caption: "Durchschnittliche Zeit auf der Seite im Zeitverlauf",
      },
      bounces: {
        label: "Absprungrate",
        short: "Absprünge",
        caption: "Absprungrate im Zeitverlauf",
      },
    },
    legend: "Legende",
    incomplete: "Unvollständig",
    notOver: {
      hourly: "Diese Stunde läuft noch",
      daily: "Heute läuft noch",
      weekly: "Diese Woche läuft noch",
      monthly: "Dieser Monat läuft noch",
      quarterly: "Dieses Quartal läuft noch",
      yearly: "Dieses Jahr läuft noch",
    },
    startsBeforeRange: "Beginnt vor dem Zeitraum",
    endsAfterRange: "Endet nach dem Zeitraum",
    showAs: "Anzeigen als",
    chart: "Diagramm",
    table: "Tabelle",
    allNumbers: "Alle Zahlen des Diagramms",
    when: "Wann",
    total: "Gesamt (jeder Besucher einmal)",
    empty: {
      visits: {
        title: "Keine Aufrufe in diesem Zeitraum",
        text: "Wählen Sie einen längeren Zeitraum, oder teilen Sie Ihre Seite.",
      },
      new: {
        title: "Keine Aufrufe in diesem Zeitraum",
        text: "Wählen Sie einen längeren Zeitraum, oder teilen Sie Ihre Seite.",
      },
      time: {
        title: "Noch keine Daten",
        text: "Die Zeit wird erfasst, sobald ein Besucher die Seite verlässt.",
      },
      bounces: {
        title: "Noch keine Daten",
        text: "Die Absprungrate braucht einen Besuch, der auf dieser Seite begann.",
      },
    },
    visitorsAre: {
      visitor_id:
        "Ein Besucher ist ein Konto oder, ohne Anmeldung, ein Browser: Wer wiederkommt, zählt einmal.",
      day: "Ein Besucher ist ein Konto oder, ohne Anmeldung, ein Browser an einem Tag: Wer an einem anderen Tag wiederkommt, zählt noch einmal.",
      session:
        "Ein Besucher ist ein Konto oder, ohne Anmeldung, ein Besuch: Wer später wiederkommt, zählt noch einmal.",
    },
  },
  hereNow: {
    text: (count) => `${count} gerade hier`,
    minutes: (minutes) => `In den letzten ${minutes} Minuten`,
  },
  heatMap: {
    title: "Stärkste Stunden",
    hour: "Stunde",
    visitors: "Besucher pro Stunde",
    views: "Aufrufe pro Stunde",
  },
  visitors: {
    title: "Besucher",
    search: "Besucher nach Namen suchen",
    searchHint: "Nach Namen suchen",
    kind: "Art der Besucher",
    kinds: { all: "Alle", account: "Konten", anonymous: "Anonym" },
    sort: "Sortieren nach",
    sorts: {
      last_visit: "Zuletzt gesehen",
      first_visit: "Zuerst gesehen",
      visit_count: "Meiste Aufrufe",
    },
    columns: {
      visitor: "Besucher",
      views: "Aufrufe",
      days: "Tage",
      time: "Ø Zeit",
      lastSeen: "Zuletzt gesehen",
    },
    anonymous: "Anonym",
    ref: (ref) => `Kennung ${ref}`,
    views: (count, value) => `${count} ${value === 1 ? "Aufruf" : "Aufrufe"}`,
    days: (count, value) => `${count} ${value === 1 ? "Tag" : "Tage"}`,
    time: (duration) => `${duration} auf der Seite`,
    lastSeen: (date) => `zuletzt gesehen ${date}`,
    firstSeen: (date) => `Zuerst gesehen ${date}.`,
    earlier: (count) => `${count} davor.`,
    direct: "Direkt oder intern",
    elsewhere: "Von anderswo",
    from: (site) => `Von ${site}`,
    more: "Mehr laden",
    loading: "Lädt…",
    empty: {
      title: "Keine Besucher in diesem Zeitraum",
      text: "Wählen Sie einen längeren Zeitraum, oder teilen Sie Ihre Seite.",
    },
    noMatch: (search) => ({
      title: `Kein Besucher passt zu „${search}“`,
      text: "Die Suche findet nur angemeldete Besucher.",
    }),
    noneOfKind: {
      title: "Kein Besucher passt zu den Filtern",
      text: "Wählen Sie einen längeren Zeitraum.",
    },
    clear: "Filter löschen",
  },
  export: { label: "Exportieren", csv: "Zahlen (CSV)", print: "Drucken" },
  pages: {
    title: "Alle Seiten",
    page: "Seite",
    trend: { daily: "Aufrufe pro Tag", weekly: "Aufrufe pro Woche" },
    empty: {
      title: "Noch keine Seiten",
      text: "Veröffentlichen Sie eine, dann sehen Sie hier, wer sie aufruft.",
    },
  },
  upgrade: {
    range: {
      title: "Ihre ganze Geschichte mit Pro",
      text: "Ihr Tarif zeigt nur die letzten Tage.",
    },
    visitors: {
      title: "Wer Ihre Seite ansah, mit Pro",
      text: "Namen, Besuche, Zeit auf der Seite, und woher die Besucher kamen.",
    },
  },
  trouble: {
    signedOut: {
      title: "Sie sind abgemeldet",
      text: "Melden Sie sich wieder an, um Ihre Zahlen zu sehen.",
    },
    forbidden: {
      title: "Sie haben keinen Zugriff auf diese Seite",
      text: "Nur ihr Besitzer sieht ihre Zahlen.",
    },
    refused: {
      title: "Das lässt sich nicht anzeigen",
      text: "Wählen Sie einen anderen Zeitraum oder Schritt.",
    },
    unavailable: {
      title: "Ihre Zahlen konnten nicht geladen werden",
      text: "Aufrufe werden weiter gezählt.",
    },
  },
  retry: "Noch einmal versuchen",
};

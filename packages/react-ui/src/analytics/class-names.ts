/** The parts that a host can give class names of its own, beside those of the package. */
export type StyledPart =
  | "root"
  | "range"
  | "hereNow"
  | "cards"
  | "card"
  | "chart"
  | "whereFrom"
  | "heatMap"
  | "visitors"
  | "visitor"
  | "export"
  | "pages"
  | "topPages"
  | "state"
  | "button"
  | "field"
  | "choices";

/** Class names of the host, by part. */
export type ClassNames = Readonly<Partial<Record<StyledPart, string>>>;

const own: Readonly<Record<StyledPart, string>> = {
  root: "headcount",
  range: "headcount-range",
  hereNow: "headcount-here-now",
  cards: "headcount-cards",
  card: "headcount-card",
  chart: "headcount-panel headcount-chart",
  whereFrom: "headcount-panel headcount-where-from headcount-bars",
  heatMap: "headcount-panel headcount-heat-map",
  visitors: "headcount-panel headcount-visitors",
  visitor: "headcount-visitor",
  export: "headcount-export",
  pages: "headcount-pages",
  topPages: "headcount-panel headcount-top-pages headcount-bars",
  state: "headcount-panel headcount-state",
  button: "headcount-button",
  field: "headcount-field",
  choices: "headcount-choices",
};

/** The class names of a part: the package's, and then the host's. */
export function classesOf(part: StyledPart, names: ClassNames): string {
  const given = names[part];
  return given === undefined ? own[part] : `${own[part]} ${given}`;
}

/** Something that is viewed in the generated traffic. */
export interface TrafficEntity {
  entity_type: "listing" | "profile" | "article";
  entity_id: string;
  name: string;
  /** How often it is viewed, in relation to the others. */
  weight: number;
}

/** What a small marketplace for homes shows, the most viewed first. */
export const trafficEntities: readonly TrafficEntity[] = [
  entity("listing", "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b001", "Canal loft with a roof terrace", 30),
  entity("listing", "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b002", "Studio by the old harbour", 17),
  entity("article", "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b003", "Ten questions for a landlord", 15),
  entity("listing", "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b004", "Farmhouse among the vineyards", 13),
  entity("profile", "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b005", "Ines Carvalho, architect", 10),
  entity("article", "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b006", "What a viewing cannot tell you", 8),
  entity("profile", "3c6e1c1e-6a0b-4f0e-9d5c-0a1f52c7b007", "Jonas Lindqvist, photographer", 7),
];

function entity(
  entity_type: TrafficEntity["entity_type"],
  entity_id: string,
  name: string,
  weight: number,
): TrafficEntity {
  return { entity_type, entity_id, name, weight };
}

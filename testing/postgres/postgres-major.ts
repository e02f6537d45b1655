/** The PostgreSQL majors that Headcount supports, newest first. */
export const postgresMajors = [18, 17, 16, 15] as const;

/** One of the supported PostgreSQL majors. */
export type PostgresMajor = (typeof postgresMajors)[number];

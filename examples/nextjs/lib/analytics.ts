import { AnalyticsClient } from "@headcount/core";
import { Pool } from "pg";

export const pool = new Pool({ connectionString: process.env.DATABASE_URL });
pool.on("error", (error) => console.error(error.message)); // an idle connection that ends must not end the process

export const analytics = new AnalyticsClient({ pool });

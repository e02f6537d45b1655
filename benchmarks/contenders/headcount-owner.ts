import type { AnalyticsClient } from "@headcount/core";
import { type Count, countOf, type Entity, type OwnerQuestion } from "../questions/question.ts";

/** What a host calls for an owner's page. */
export async function headcountOwner(
  client: AnalyticsClient,
  question: OwnerQuestion,
): Promise<Count[]> {
  const { entities, date_from, date_to } = question;
  const range = { date_from, date_to };
  const entity = entities[0] as Entity;
  switch (question.kind) {
    case "comparison": {
      const query = { ...entity, ...range, compare: "previous_period" } as const;
      const { totals, compare } = await client.getTimeSeries(query);
      return [countOf("total", totals), countOf("before", compare?.totals ?? totals)];
    }
    case "rolling visitors": {
      const { data } = await client.getRollingVisitors({ ...entity, ...range });
      return data.map(({ date, visitors_7_days, visitors_28_days }) => ({
        bucket: date,
        views: visitors_7_days,
        unique_visitors: visitors_28_days,
      }));
    }
    case "heat map": {
      const { data } = await client.getHeatMap({ ...entity, ...range });
      return data
        .filter(({ views }) => views > 0)
        .map(({ weekday, hour, views, visitor_hours }) => ({
          bucket: `${weekday} ${hour}`,
          views,
          unique_visitors: visitor_hours,
        }));
    }
    case "entity totals": {
      const many = { entities: [...entities], ...range };
      const { data } = await client.getEntityTotals({ ...many, sparkline: "daily" });
      return data.map((totals) => countOf(totals.entity_id ?? "", totals));
    }
    case "sources": {
      const { data } = await client.getBreakdown({ ...entity, ...range, dimension: "source" });
      return data.map((source) => countOf(source.value ?? "", source));
    }
    case "companies": {
      const dimension = "viewer.company" as const;
      const { data } = await client.getBreakdown({
        ...entity,
        ...range,
        dimension,
        smallest_group: 0,
      });
      return data.flatMap((company) =>
        company.value === null ? [] : countOf(company.value, company),
      );
    }
    case "top entities": {
      const { entity_type } = entity;
      const { data } = await client.getTopEntities({
        level: "type",
        entity_type,
        ...range,
        limit: 20,
      });
      return data.map((top) => countOf(top.entity_id ?? "", top));
    }
    case "compared totals": {
      const compare = "previous_period" as const;
      const many = { entities: [...entities], ...range, compare };
      const { data } = await client.getEntityTotals(many);
      return data.flatMap(({ change, ...totals }) => {
        const { views, unique_visitors } = change ?? {};
        return [
          countOf(totals.entity_id ?? "", totals),
          {
            bucket: `before ${totals.entity_id}`,
            views: views?.previous ?? 0,
            unique_visitors: unique_visitors?.previous ?? 0,
          },
        ];
      });
    }
    case "totals of all time": {
      const { data } = await client.getEntityTotals({ entities: [...entities], all_time: true });
      return data.map((totals) => countOf(totals.entity_id ?? "", totals));
    }
    case "live": {
      const { data } = await client.getLive({ entities: [...entities] });
      return data.map((live) => countOf(live.entity_id ?? "", live));
    }
    case "digest": {
      const query = { ...entity, period: "monthly", date: date_from } as const;
      const { totals } = await client.getDigest(query);
      return [countOf("total", totals)];
    }
    case "page": {
      // one after the other, so that it is the time of all
      const compared = { ...entity, ...range, compare: "previous_period" } as const;
      const { totals } = await client.getTimeSeries(compared);
      await client.getRollingVisitors({ ...entity, ...range });
      await client.getHeatMap(entity);
      await client.getLive(entity);
      await client.getVisitors({ ...entity, ...range, sort: "last_visit", limit: 20 });
      return [countOf("total", totals)];
    }
  }
}

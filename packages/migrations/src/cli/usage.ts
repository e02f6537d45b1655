export const usage = `Usage: npx @headcount/migrations <verb> [options]

Verbs
  up       install Headcount, or bring it up to date
  plan     say what up would do
  status   say what is installed
  print    print the SQL that up would run; without a database, that of a fresh installation
  verify   compare the installation with what the migrations make

  aggregate        fold until nothing is pending; with --from and --to rebuild those dates from raw page views
  verify-rollups   compare the rollups with raw page views
  schedule         let pg_cron fold in this database
  unschedule       let it no more

Options
  --database-url URL   where to connect to (default: the variable DATABASE_URL)
  --schema NAME        schema of Headcount's objects (default: headcount)
  --page-views TABLE   table of page views, TABLE or SCHEMA.TABLE (default: page_views)
  --accounts TABLE     table of accounts, TABLE or SCHEMA.TABLE (default: accounts)
  --time-zone ZONE     IANA zone in which dates are cut, set at the first up (default: UTC)
  --dry-run            with up: the same as plan
  --check              with status: exit with 3 when migrations are pending
  --from, --to DATE    with aggregate: the dates to rebuild, both included
  --sample NUMBER      with verify-rollups: a share of the entities below 1, or so many of them
  --seed NUMBER        with --sample: compare the same entities again
  --json               answer with one JSON value
  --help, --version

Exit codes
  0 done   1 failed   2 wrong usage   3 pending (status --check)   4 faults (verify, verify-rollups)   130 interrupted`;

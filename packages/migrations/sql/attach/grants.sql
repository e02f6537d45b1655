-- It answers for all rows, whatever its caller may see: hosts grant it to roles of their own.
revoke execute on function :schema.pending_series(text, :entity_id_type, date, date) from public;

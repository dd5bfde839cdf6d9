-- Conversations by tag: reminders to ask whether an answer helped are one, and are looked for at
-- every change.
begin immediate;

create index tags_by_name on tags (tag, conversation);

pragma user_version = 5;

commit;

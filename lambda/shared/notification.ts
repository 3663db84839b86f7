import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { guarded } from './guard/guard';

/** What people are told. */
export interface Notification {
  title: string;
  /** Markdown. */
  description: string;
  nextSteps: string[];
  keywords: string[];
  /** ARN of the execution it is about: a chat keeps what is about one together. */
  thread: string;
}

/**
 * As Amazon Q Developer in chat applications takes it (formerly AWS Chatbot); whoever reads it by e-mail sees the same text.
 * Source: Amazon Q Developer in chat applications Administrator Guide, custom-notifs (schema, lengths)
 */
interface CustomNotification {
  version: '1.0';
  source: 'custom';
  content: { textType: 'client-markdown'; title: string; description: string; nextSteps: string[]; keywords: string[] };
  metadata: { threadId: string };
}

const LONGEST_TITLE = 250;
const LONGEST_DESCRIPTION = 7_500;
/** Source: Amazon SNS API Reference, Publish (Subject: ASCII, less than 100 characters) */
const LONGEST_SUBJECT = 99;

/** Pure. */
export function customNotification({
  title,
  description,
  nextSteps,
  keywords,
  thread,
}: Notification): CustomNotification {
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: cut(title, LONGEST_TITLE),
      description: cut(description, LONGEST_DESCRIPTION),
      nextSteps,
      keywords,
    },
    metadata: { threadId: thread },
  };
}

let client: SNSClient | undefined;

export async function publish(topicArn: string, notification: Notification): Promise<void> {
  client ??= guarded(new SNSClient({}));
  await client.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: cut(notification.title.replaceAll(/[^\x20-\x7e]/g, '-'), LONGEST_SUBJECT, '...'),
      Message: JSON.stringify(customNotification(notification)),
    }),
  );
}

function cut(text: string, length: number, mark = '…'): string {
  return text.length <= length ? text : `${text.slice(0, length - mark.length)}${mark}`;
}

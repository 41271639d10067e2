import { openaiChatClient } from './support/clients/openai-chat.ts';
import { testClients } from './support/clients/suite.ts';

testClients([openaiChatClient]);

import {
  langchainAnthropic,
  langchainGoogle,
  langchainOpenaiChat,
  langchainOpenaiResponses,
} from './support/clients/langchain.ts';
import { testClients } from './support/clients/suite.ts';

testClients([langchainOpenaiChat, langchainOpenaiResponses, langchainAnthropic, langchainGoogle]);
